import type { OutputRecord, Progress, ProgressUnit, Reporter } from "../../core/reporter.ts";
import { finishedLine, plainProgressLine, progressLine } from "./bar.ts";
import { Meter } from "./meter.ts";
import type { Output } from "./output.ts";
import { printable } from "./printable.ts";

const REDRAW_MS = 100;
/** Where no line can be redrawn, a sign of life this often is enough. */
const PLAIN_PROGRESS_MS = 30_000;
const WORTH_A_LINE_SECONDS = 1;

export interface TextReporterOptions {
  /** Standard error: standard output is for results. */
  readonly output: Output;
  readonly quiet: boolean;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

/**
 * Speaks to a person: notes and warnings as lines; progress as one line that is redrawn in place on a terminal, and as
 * an occasional plain line elsewhere. With `quiet` only warnings are left.
 */
export class TextReporter implements Reporter {
  readonly #output: Output;
  readonly #quiet: boolean;
  readonly #nowMs: () => number;
  readonly #running: Meter[] = [];
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #isDrawn: boolean = false;

  constructor(options: TextReporterOptions) {
    this.#output = options.output;
    this.#quiet = options.quiet;
    this.#nowMs = options.nowMs;
  }

  note(message: string): void {
    if (!this.#quiet) this.#print(this.#output.paint("dim", printable(message)));
  }

  /** The heading of a step of a longer command. */
  step(message: string): void {
    if (!this.#quiet) this.#print(this.#output.paint("bold", printable(message)));
  }

  warn(message: string, _record?: OutputRecord): void {
    this.#print(`${this.#output.paint("yellow", "warning:")} ${printable(message)}`);
  }

  record(_record: OutputRecord): void {}

  progress(label: string, unit: ProgressUnit, total?: number): Progress {
    const meter = new Meter(label, unit, total, this.#nowMs());
    if (!this.#quiet) this.#running.push(meter);
    let plainAtMs = this.#nowMs();
    let finished = false;
    return {
      advance: (amount, detail) => {
        const nowMs = this.#nowMs();
        meter.advance(amount, detail, nowMs);
        if (this.#quiet || finished) return;
        if (this.#output.isTerminal) this.#draw(nowMs);
        else if (nowMs - plainAtMs >= PLAIN_PROGRESS_MS) {
          plainAtMs = nowMs;
          this.#print(plainProgressLine(meter.read(nowMs)));
        }
      },
      setTotal: (newTotal) => meter.setTotal(newTotal),
      finish: () => {
        if (finished) return;
        finished = true;
        const at = this.#running.indexOf(meter);
        if (at >= 0) this.#running.splice(at, 1);
        const reading = meter.read(this.#nowMs());
        // What was over at once would only push the rest off the screen.
        if (this.#quiet || reading.seconds < WORTH_A_LINE_SECONDS) this.clear();
        else this.#print(this.#output.paint("dim", finishedLine(reading)));
      },
    };
  }

  /** Takes the progress line away, so that others can print. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#output.redraw("");
    this.#isDrawn = false;
  }

  #print(line: string): void {
    this.clear();
    this.#output.line(line);
    if (this.#running.length > 0 && this.#output.isTerminal) this.#draw(this.#nowMs(), true);
  }

  /** Of several operations at once the one that began last is shown. */
  #draw(nowMs: number, force = false): void {
    if (!force && nowMs - this.#drawnAtMs < REDRAW_MS) return;
    const meter = this.#running.at(-1);
    if (!meter) return;
    this.#drawnAtMs = nowMs;
    this.#isDrawn = true;
    this.#output.redraw(progressLine(meter.read(nowMs), this.#output.columns, this.#output.paint));
  }
}
