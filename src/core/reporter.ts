/** One line of machine-readable output; fields are added over time, never changed. */
export interface OutputRecord {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type ProgressUnit = "bytes" | "items";

/** One long operation; `advance` may be called as often as one likes. */
export interface Progress {
  advance(amount: number, detail?: string): void;
  /** A better estimate of the whole, once it is known. */
  setTotal(total: number): void;
  finish(): void;
}

/** Where a stage says what it does: the command line prints it as text or as JSON lines. */
export interface Reporter {
  /** A step that a person would want to see go by. */
  note(message: string): void;
  /** Something that needs a person's eye but does not stop the run. */
  warn(message: string, record?: OutputRecord): void;
  /** A result: a line of JSON with `--json`; text output prints what it knows how to show. */
  record(record: OutputRecord): void;
  progress(label: string, unit: ProgressUnit, total?: number): Progress;
}

const silentProgress: Progress = { advance() {}, setTotal() {}, finish() {} };

export const silentReporter: Reporter = {
  note() {},
  warn() {},
  record() {},
  progress: () => silentProgress,
};
