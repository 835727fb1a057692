import { EXIT } from "../core/errors.ts";
import type { Host } from "./host.ts";

export interface Interrupts {
  readonly signal: AbortSignal;
  /** Stops listening. */
  stop(): void;
}

/**
 * The first Ctrl-C (or SIGTERM) asks the run to stop after its current step; a second one ends it at once. Either way
 * the same command, run again, goes on from what is sealed on disk.
 */
export function listenForInterrupts(host: Host, onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const stop = host.onInterrupt(() => {
    if (controller.signal.aborted) {
      host.exitNow(EXIT.interrupted);
      return;
    }
    onFirst();
    controller.abort();
  });
  return { signal: controller.signal, stop };
}
