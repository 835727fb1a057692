import type { OutputRecord, Progress, ProgressUnit, Reporter } from "../../core/reporter.ts";
import { jsonLine } from "./json-line.ts";
import { Meter } from "./meter.ts";
import type { Output } from "./output.ts";

const PROGRESS_EVERY_MS = 500;

export interface JsonReporterOptions {
  readonly output: Output;
  readonly quiet: boolean;
  readonly nowMs: () => number;
}

/** Speaks to a program: every line is a JSON object with a `type`; see `docs/cli.md`. */
export class JsonReporter implements Reporter {
  readonly #output: Output;
  readonly #quiet: boolean;
  readonly #nowMs: () => number;
  #operations = 0;

  constructor(options: JsonReporterOptions) {
    this.#output = options.output;
    this.#quiet = options.quiet;
    this.#nowMs = options.nowMs;
  }

  note(message: string): void {
    if (!this.#quiet) this.record({ type: "note", message });
  }

  warn(message: string, record?: OutputRecord): void {
    this.record({ ...record, type: record?.type ?? "warning", message });
  }

  record(record: OutputRecord): void {
    this.#output.line(jsonLine(record));
  }

  progress(label: string, unit: ProgressUnit, total?: number): Progress {
    this.#operations += 1;
    const operation = this.#operations;
    const meter = new Meter(label, unit, total, this.#nowMs());
    let saidAtMs = Number.NEGATIVE_INFINITY;
    let finished = false;
    const say = (): void => {
      if (this.#quiet) return;
      const { perSecond, secondsLeft, seconds, ...reading } = meter.read(this.#nowMs());
      const times = {
        perSecond: rounded(perSecond),
        secondsLeft: rounded(secondsLeft),
        seconds: rounded(seconds),
      };
      this.record({ type: "progress", operation, ...reading, ...times, finished });
    };
    say();
    return {
      advance: (amount, detail) => {
        const nowMs = this.#nowMs();
        meter.advance(amount, detail, nowMs);
        if (finished || nowMs - saidAtMs < PROGRESS_EVERY_MS) return;
        saidAtMs = nowMs;
        say();
      },
      setTotal: (newTotal) => meter.setTotal(newTotal),
      finish: () => {
        if (finished) return;
        finished = true;
        say();
      },
    };
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
