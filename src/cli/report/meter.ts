import type { ProgressUnit } from "../../core/reporter.ts";

/** Where one long operation stands. */
export interface MeterReading {
  readonly label: string;
  readonly unit: ProgressUnit;
  readonly done: number;
  /** Null while nobody knows the whole. */
  readonly total: number | null;
  /** Of the last seconds; null until something can be said. */
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
  readonly seconds: number;
  readonly detail: string;
}

/** The rate looks back this far, so that it follows a change but does not flicker. */
const WINDOW_MS = 15_000;
const MAX_SAMPLES = 64;

/** Counts one long operation; the time is passed in (milliseconds, monotonic). */
export class Meter {
  readonly #label: string;
  readonly #unit: ProgressUnit;
  readonly #startMs: number;
  readonly #samples: { readonly atMs: number; readonly done: number }[];
  #total: number | null;
  #done = 0;
  #detail = "";

  constructor(label: string, unit: ProgressUnit, total: number | undefined, nowMs: number) {
    this.#label = label;
    this.#unit = unit;
    this.#total = total ?? null;
    this.#startMs = nowMs;
    this.#samples = [{ atMs: nowMs, done: 0 }];
  }

  advance(amount: number, detail: string | undefined, nowMs: number): void {
    this.#done += amount;
    if (detail !== undefined) this.#detail = detail;
    const last = this.#samples.at(-1);
    if (last && nowMs - last.atMs < WINDOW_MS / MAX_SAMPLES) return;
    this.#samples.push({ atMs: nowMs, done: this.#done });
    while (this.#samples.length > 2 && nowMs - (this.#samples[1]?.atMs ?? nowMs) > WINDOW_MS) {
      this.#samples.shift();
    }
  }

  setTotal(total: number): void {
    this.#total = total;
  }

  read(nowMs: number): MeterReading {
    const oldest = this.#samples[0];
    const spanMs = oldest ? nowMs - oldest.atMs : 0;
    const perSecond =
      oldest && spanMs >= 500 && this.#done > oldest.done
        ? ((this.#done - oldest.done) * 1000) / spanMs
        : null;
    const left = this.#total === null ? null : Math.max(0, this.#total - this.#done);
    return {
      label: this.#label,
      unit: this.#unit,
      done: this.#done,
      total: this.#total,
      perSecond,
      secondsLeft: left === null || perSecond === null ? null : left / perSecond,
      seconds: (nowMs - this.#startMs) / 1000,
      detail: this.#detail,
    };
  }
}
