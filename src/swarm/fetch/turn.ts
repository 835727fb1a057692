import { FailedError } from "../../core/index.ts";

interface Waiting {
  readonly go: () => void;
  readonly stop: (error: Error) => void;
}

/** Whether a peer gives us something (BEP 3 "unchoke"), and who waits until it does. */
export class Turn {
  private readonly waiting: Waiting[] = [];
  private isOurs: boolean = false;

  /** A peer that gives nothing for `longestMs` is not waited for any longer: `onNever` is told. */
  wait(longestMs: number, onNever: (error: FailedError) => void, peer: string): Promise<void> {
    if (this.isOurs) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => onNever(new FailedError(`peer ${peer} lets us have nothing`)),
        longestMs,
      );
      this.waiting.push({
        go: () => {
          clearTimeout(timer);
          resolve();
        },
        stop: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  begin(): void {
    this.isOurs = true;
    for (const { go } of this.waiting.splice(0)) go();
  }

  end(): void {
    this.isOurs = false;
  }

  /** Nobody needs to wait any longer: the peer is gone. */
  fail(error: Error): void {
    for (const { stop } of this.waiting.splice(0)) stop(error);
  }
}
