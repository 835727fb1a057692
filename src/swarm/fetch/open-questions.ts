import { FailedError } from "../../core/index.ts";

interface Question {
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What was asked of a peer and is not answered yet, by a key that question and answer share. Every question ends. */
export class OpenQuestions {
  private readonly questions = new Map<string, Question>();
  private readonly peer: string;
  private readonly answerMs: number;

  constructor(peer: string, answerMs: number) {
    this.peer = peer;
    this.answerMs = answerMs;
  }

  /**
   * Resolves with what `take` makes of the answer, which is a view that is good during its call. Rejects with `FailedError` when
   * the peer says no, or nothing in time; null when the same is asked already.
   */
  ask<T>(key: string, take: (bytes: Buffer) => T): Promise<T> | null {
    if (this.questions.has(key)) return null;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.questions.delete(key);
        reject(new FailedError(`peer ${this.peer} does not answer`));
      }, this.answerMs);
      this.questions.set(key, { resolve: (bytes) => resolve(take(bytes)), reject, timer });
    });
  }

  /** What comes after its time is passed over; what was never asked for as well. */
  settle(key: string, bytes: Buffer): void {
    this.remove(key)?.resolve(bytes);
  }

  refuse(key: string): void {
    this.remove(key)?.reject(new FailedError(`peer ${this.peer} says no`));
  }

  /** Refuses all whose key is of this kind. */
  refuseAll(isMeant: (key: string) => boolean): void {
    for (const key of [...this.questions.keys()]) if (isMeant(key)) this.refuse(key);
  }

  end(error: Error): void {
    for (const key of [...this.questions.keys()]) this.remove(key)?.reject(error);
  }

  private remove(key: string): Question | null {
    const question = this.questions.get(key);
    if (question === undefined) return null;
    this.questions.delete(key);
    clearTimeout(question.timer);
    return question;
  }
}
