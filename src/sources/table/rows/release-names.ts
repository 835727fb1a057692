import { hash } from "node:crypto";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import { MAX_MD5_BYTES, Md5 } from "./md5.ts";
import { simpleLower } from "./simple-lower.ts";

const SEPARATOR = 0x1f;
const UPPER_A = 0x41;
const LETTERS = 26;
const CASE_BIT = 0x20;
const ASCII_END = 0x80;
const NOT_PLAIN = -1;

/** What tells releases without a key apart: the MD5 of artist and title in small letters. */
export class ReleaseNames {
  /** -1 where no column has it. */
  readonly #artist: number;
  readonly #title: number;
  readonly #md5 = new Md5();

  constructor(artist: number, title: number) {
    this.#artist = artist;
    this.#title = title;
  }

  /** That of a row; good until the next is asked for. */
  hashOf(block: TextBlock, row: number): Uint8Array {
    const end = this.#put(block, row);
    if (end !== NOT_PLAIN) return this.#md5.hash(end);
    const artist = this.#artist < 0 ? "" : block.text(this.#artist, row);
    return hash("md5", `${simpleLower(artist)}\u001f${simpleLower(block.text(this.#title, row))}`, "buffer");
  }

  /** Puts the names down to be hashed, and gives where they end. */
  #put(block: TextBlock, row: number): number {
    const { array } = this.#md5.text;
    const end = this.#artist < 0 ? 0 : this.#putText(block, this.#artist, row, 0);
    if (end === NOT_PLAIN) return NOT_PLAIN;
    array[end] = SEPARATOR;
    return this.#putText(block, this.#title, row, end + 1);
  }

  /** `NOT_PLAIN` when there is no room for it, or there are other letters than those of ASCII. */
  #putText({ bytes: { array }, starts, ends }: TextBlock, column: number, row: number, into: number): number {
    const to = ends[column * BLOCK_ROWS + row] ?? 0;
    let from = starts[column * BLOCK_ROWS + row] ?? 0;
    if (into + to - from >= MAX_MD5_BYTES) return NOT_PLAIN;
    const { array: target } = this.#md5.text;
    let at = into;
    for (; from < to; from += 1, at += 1) {
      const byte = array[from] ?? 0;
      if (byte >= ASCII_END) return NOT_PLAIN;
      target[at] = (byte - UPPER_A) >>> 0 < LETTERS ? byte | CASE_BIT : byte;
    }
    return at;
  }
}
