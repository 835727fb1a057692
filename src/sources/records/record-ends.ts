import { createKernel } from "../../core/wasm/kernel.ts";
import { NEWLINE } from "./closing-quote.ts";
import { LANES, MARKS_BYTES, type Marks, marksIn, marksLoop, STRETCH_BYTES } from "./marks.ts";
import { recordLoop, STATE_BYTES } from "./record-loop.ts";

/** Something is before the text, which is no delimiter: the loop looks at the byte before a quote. */
const TEXT_AT = LANES;
const PLACES_AT = TEXT_AT + STRETCH_BYTES + LANES;
const STATE_AT = PLACES_AT + MARKS_BYTES;
const LAYOUT = { text: TEXT_AT, places: PLACES_AT };
const MOST = 2 ** 31 - 1;

/** Finds where records end. Places are those in the bytes that were loaded. */
export class RecordEnds {
  readonly #delimiter: number;
  readonly #marks: Marks;
  readonly #state: Int32Array;
  readonly #records: (...args: readonly number[]) => number;
  /** What is added to places in the memory. */
  #base = 0;
  #count = 0;
  #mark = 0;
  /** Where the last whole record ends, lines up to there, the longest record, line feeds within the one that is looked at. */
  end = 0;
  lines = 0;
  longestBytes = 0;
  passedLines = 0;

  constructor(delimiter: number, hasQuotes: boolean) {
    const text = `${marksLoop(LAYOUT)} ${recordLoop(LAYOUT, STATE_AT)}`;
    const kernel = createKernel(text, STATE_AT + STATE_BYTES + LANES);
    this.#delimiter = delimiter;
    this.#state = new Int32Array(kernel.bytes.buffer, STATE_AT, STATE_BYTES / 4);
    // Commas do not matter here.
    this.#marks = marksIn(kernel, LAYOUT, NEWLINE, hasQuotes);
    this.#records = kernel.loop("records");
  }

  begin(end: number): void {
    this.end = end;
    this.lines = 0;
    this.longestBytes = 0;
    this.passedLines = 0;
  }

  /** Takes bytes [from, to), `STRETCH_BYTES` at most, in, which begin outside quotes. */
  load(bytes: Uint8Array, from: number, to: number): void {
    this.#base = from - TEXT_AT;
    this.#count = this.#marks.find(bytes, from, to);
    this.#mark = 0;
  }

  /** Goes over whole records up to one that ends at `enough` or behind, and says why it stops: `ENDED`, `ENOUGH` or `ODD`. */
  run(enough: number): number {
    const state = this.#state;
    state[0] = this.#mark;
    state[1] = this.end - this.#base;
    state[2] = this.lines;
    state[3] = this.longestBytes;
    state[4] = this.passedLines;
    const most = Math.min(Math.max(enough - this.#base, 0), MOST);
    const why = this.#records(this.#count, this.#delimiter, most);
    this.#mark = state[0] ?? 0;
    this.end = (state[1] ?? 0) + this.#base;
    this.lines = state[2] ?? 0;
    this.longestBytes = state[3] ?? 0;
    this.passedLines = state[4] ?? 0;
    return why;
  }

  /** The mark that it stopped at. */
  get place(): number {
    return (this.#marks.places[this.#mark] ?? 0) + this.#base;
  }

  /** Goes on behind the marks before such a place. */
  skipTo(place: number): void {
    while (this.#mark < this.#count && this.place < place) this.#mark += 1;
  }
}
