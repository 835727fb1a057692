import { type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { Leaf } from "../../../formats/parquet/rows/leaf.ts";
import { BLOCK_ROWS, type TextBlock, textOf } from "../../records/text-block.ts";
import type { NamesColumn } from "./names-columns.ts";
import { trimmedEnd, trimmedStart } from "./trim.ts";

const LEFT_BRACKET = 0x5b;

/** The names in columns of a row: without spaces around them, and none that is empty. */
export class Names {
  readonly #columns: readonly NamesColumn[];
  readonly #bytes: ViewedBytes[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  /** The one column where each text in it is a name; -1 where it takes more to say. */
  readonly plainColumn: number;
  count = 0;

  constructor(columns: readonly NamesColumn[]) {
    const [only, ...others] = columns;
    const isPlain = others.length === 0 && only?.separator === null && !only.mayBeList;
    this.#columns = columns;
    this.plainColumn = isPlain ? only.column : -1;
  }

  bytes(index: number): ViewedBytes {
    return this.#bytes[index] ?? NO_BYTES;
  }

  from(index: number): number {
    return this.#from[index] ?? 0;
  }

  to(index: number): number {
    return this.#to[index] ?? 0;
  }

  /** Finds those of a row; good until the next. */
  set(block: TextBlock, row: number): void {
    this.count = 0;
    for (const column of this.#columns) this.#take(block, row, column);
  }

  /** Adds those that were found to the leaf of a list. */
  addTo(leaf: Leaf): void {
    for (let index = 0; index < this.count; index += 1) {
      leaf.addText(index === 0 ? 0 : 1, this.bytes(index), this.from(index), this.to(index));
    }
  }

  #take(
    { bytes, starts, ends }: TextBlock,
    row: number,
    { column, separator, mayBeList }: NamesColumn,
  ): void {
    const start = starts[column * BLOCK_ROWS + row] ?? 0;
    const end = ends[column * BLOCK_ROWS + row] ?? 0;
    if (start === end) return;
    if (mayBeList && bytes.array[start] === LEFT_BRACKET && this.#takeList(textOf(bytes, start, end))) return;
    if (separator === null) this.#add(bytes, start, end);
    else this.#takeParts(bytes, start, end, separator);
  }

  #takeParts(bytes: ViewedBytes, start: number, end: number, separator: Buffer): void {
    const first = separator[0];
    let from = start;
    for (let at = start; at + separator.length <= end; ) {
      if (bytes.array[at] !== first || !isAt(bytes.array, at, separator)) at += 1;
      else {
        this.#addTrimmed(bytes, from, at);
        at += separator.length;
        from = at;
      }
    }
    this.#addTrimmed(bytes, from, end);
  }

  /** False when it is no JSON. */
  #takeList(text: string): boolean {
    let items: unknown;
    try {
      items = JSON.parse(text);
    } catch {
      return false;
    }
    if (!Array.isArray(items)) return false;
    for (const item of items as readonly unknown[]) {
      if (item === null) continue;
      const bytes = viewedBytes(Buffer.from(typeof item === "string" ? item : JSON.stringify(item)));
      this.#addTrimmed(bytes, 0, bytes.array.length);
    }
    return true;
  }

  #addTrimmed(bytes: ViewedBytes, from: number, to: number): void {
    const start = trimmedStart(bytes.array, from, to);
    const end = trimmedEnd(bytes.array, start, to);
    if (start < end) this.#add(bytes, start, end);
  }

  #add(bytes: ViewedBytes, from: number, to: number): void {
    this.#bytes[this.count] = bytes;
    this.#from[this.count] = from;
    this.#to[this.count] = to;
    this.count += 1;
  }
}

function isAt(bytes: Uint8Array, at: number, separator: Buffer): boolean {
  for (let index = 0; index < separator.length; index += 1)
    if (bytes[at + index] !== separator[index]) return false;
  return true;
}

const NO_BYTES = viewedBytes(new Uint8Array(0));
