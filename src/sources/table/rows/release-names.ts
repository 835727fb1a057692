import { newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import { simpleLower } from "./simple-lower.ts";

const SEPARATOR = 0x1f;
const UPPER_A = 0x41;
const LETTERS = 26;
const CASE_BIT = 0x20;
const ASCII_END = 0x80;

/** What tells releases without a key apart: artist and title in small letters. */
export class ReleaseNames {
  /** -1 where no column has it. */
  readonly #artist: number;
  readonly #title: number;
  #bytes: ViewedBytes = newBytes(1 << 10);
  #used = 0;

  constructor(artist: number, title: number) {
    this.#artist = artist;
    this.#title = title;
  }

  /** That of a row; good until the next is asked for. */
  of(block: TextBlock, row: number): Uint8Array {
    this.#used = 0;
    const isPlain = this.#add(block, this.#artist, row) && this.#end() && this.#add(block, this.#title, row);
    if (isPlain) return this.#bytes.array.subarray(0, this.#used);
    const artist = this.#artist < 0 ? "" : block.text(this.#artist, row);
    return Buffer.from(`${simpleLower(artist)}\u001f${simpleLower(block.text(this.#title, row))}`);
  }

  /** False when there are other letters than those of ASCII. */
  #add({ bytes: { array }, starts, ends }: TextBlock, column: number, row: number): boolean {
    if (column < 0) return true;
    const to = ends[column * BLOCK_ROWS + row] ?? 0;
    let from = starts[column * BLOCK_ROWS + row] ?? 0;
    if (this.#used + to - from >= this.#bytes.array.length) return false;
    const target = this.#bytes.array;
    for (; from < to; from += 1) {
      const byte = array[from] ?? 0;
      if (byte >= ASCII_END) return false;
      target[this.#used] = (byte - UPPER_A) >>> 0 < LETTERS ? byte | CASE_BIT : byte;
      this.#used += 1;
    }
    return true;
  }

  #end(): boolean {
    this.#bytes.array[this.#used] = SEPARATOR;
    this.#used += 1;
    return true;
  }
}
