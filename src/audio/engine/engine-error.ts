import { FFmpegError, PosixError } from "node-av/lib";

/** FFmpeg refused a step of the work: what it was doing and what it said. */
export class EngineError extends Error {
  readonly step: string;
  readonly status: number;

  constructor(step: string, status: number) {
    super(`${step}: ${FFmpegError.strerror(status)}`);
    this.name = "EngineError";
    this.step = step;
    this.status = status;
  }
}

/** Passes a status of zero or above through and throws `EngineError` for the others. */
export function checkStatus(status: number, step: string): number {
  if (status < 0) throw new EngineError(step, status);
  return status;
}

/** The same for calls that answer with an object or nothing. */
export function present<T>(value: T | null | undefined, step: string): T {
  if (value === null || value === undefined)
    throw new EngineError(step, FFmpegError.AVERROR(PosixError.ENOMEM));
  return value;
}
