import { AV_LOG_ERROR, AV_LOG_QUIET } from "node-av/constants";
import { Log } from "node-av/lib";

const KEPT_MESSAGES = 5;
const MAX_MESSAGE_CHARACTERS = 200;
const KEEP_ALIVE_MS = 1000;

export interface LoggedErrors {
  readonly count: number;
  /** The first few, in order. */
  readonly messages: readonly string[];
}

let isCounting = false;
let count = 0;
let messages: string[] = [];
let fences = 0;
let fence = "";
let passFence: (() => void) | null = null;

/**
 * Counts what FFmpeg logs at level error from now on. Damage often shows there and nowhere else: some decoders log,
 * conceal and go on. A process has one log, so it works on one file at a time.
 */
export function startErrorLog(): void {
  count = 0;
  messages = [];
  isCounting = true;
  Log.setLevel(AV_LOG_ERROR);
  Log.setCallback(receive, { maxLevel: AV_LOG_ERROR });
}

/** Does what may fail without saying anything of the sound. */
export function withoutErrorLog<T>(work: () => T): T {
  Log.setCallback(receive, { maxLevel: AV_LOG_QUIET });
  try {
    return work();
  } finally {
    if (isCounting) Log.setCallback(receive, { maxLevel: AV_LOG_ERROR });
    else Log.resetCallback();
  }
}

function receive(level: number, message: string): void {
  if (level > AV_LOG_ERROR) return;
  if (fence !== "" && message.includes(fence)) {
    passFence?.();
    return;
  }
  count++;
  if (messages.length < KEPT_MESSAGES) messages.push(message.trim().slice(0, MAX_MESSAGE_CHARACTERS));
}

/** Errors that have arrived so far: they wait while synchronous work is under way. */
export function arrivedErrors(): number {
  return count;
}

/** Ends the count. Messages reach JavaScript after the call that caused them, so this waits for the last one. */
export async function finishErrorLog(): Promise<LoggedErrors> {
  fences++;
  fence = `end of the log of job ${fences} of process ${process.pid}`;
  // The native queue does not keep the event loop alive.
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
  await new Promise<void>((resolve) => {
    passFence = resolve;
    Log.log(AV_LOG_ERROR, fence);
  });
  clearInterval(keepAlive);
  passFence = null;
  fence = "";
  isCounting = false;
  Log.resetCallback();
  return { count, messages };
}
