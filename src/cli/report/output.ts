import { clearLine, cursorTo } from "node:readline";
import type { Writable } from "node:stream";
import { choosePainter, type Painter } from "./style.ts";

/** A stream that may be a terminal: `process.stdout`, `process.stderr`, or a buffer in tests. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Where lines go: a stream, what it can show, and whether its reader is still there. */
export class Output {
  readonly isTerminal: boolean;
  readonly paint: Painter;
  readonly #stream: OutputStream;
  #closed: boolean = false;

  constructor(
    stream: OutputStream,
    colourWanted: boolean,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.paint = choosePainter({ isTerminal: this.isTerminal, wanted: colourWanted, environment });
  }

  /** Terminals that do not know how wide they are say 0. */
  get columns(): number {
    return Math.max(20, this.#stream.columns || 80);
  }

  /** True once the reader has gone (`| head`): what is written then is dropped. */
  get isClosed(): boolean {
    return this.#closed;
  }

  markClosed(): void {
    this.#closed = true;
  }

  write(text: string): void {
    if (!this.#closed) this.#stream.write(text);
  }

  line(text = ""): void {
    this.write(`${text}\n`);
  }

  /** Replaces the line that the cursor stands on; only for terminals. */
  redraw(text: string): void {
    if (this.#closed) return;
    cursorTo(this.#stream, 0);
    this.#stream.write(text);
    clearLine(this.#stream, 1);
  }

  /** Ends when everything written has reached the stream. */
  flush(): Promise<void> {
    if (this.#closed || this.#stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#stream.write("", () => resolve()));
  }
}
