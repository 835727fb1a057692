import { grownArray } from "../../../core/grown-array.ts";
import {
  copyBytes,
  grownBytes,
  newBytes,
  type ViewedBytes,
  viewedBytes,
} from "../../../core/viewed-bytes.ts";
import { packBits } from "../pack-bits.ts";
import { ENCODING } from "../pages.ts";
import type { EncodedValues } from "./encoded-values.ts";
import { WordTable } from "./word-table.ts";

/** More different values than that are written one by one. */
const MAX_WORDS = 1 << 14;
/** So many different values are looked at before it is said that more than half of all are new. */
const TRIED_WORDS = 1024;

/**
 * Texts of a column chunk, as UTF-8: places in a list of words while there are few of them, else one after the other. A column that has
 * once had too many words gets no list any more in its file.
 */
export class TextValues {
  #bytes: ViewedBytes = newBytes(1 << 12);
  #used = 0;
  #hasWords: boolean = true;
  readonly #words = new WordTable();
  readonly #constants: ViewedBytes[] = [];
  readonly #constantCodes: number[] = [];
  #codes = new Uint16Array(1024);
  #count = 0;

  /** The text in bytes [from, to), which are UTF-8. */
  add(bytes: ViewedBytes, from: number, to: number): void {
    if (!this.#hasWords) {
      this.#addPlain(bytes, from, to);
      return;
    }
    this.#addCode(this.#words.add(bytes, from, to));
  }

  /** The same so many times. */
  addMany(bytes: ViewedBytes, from: number, to: number, times: number): void {
    if (this.#hasWords) this.#addCode(this.#words.add(bytes, from, to), times);
    else for (let time = 0; time < times; time += 1) this.#addPlain(bytes, from, to);
  }

  /** One of a few texts that the caller adds again and again: the same bytes each time. */
  addConstant(text: ViewedBytes): void {
    if (this.#hasWords) this.#addCode(this.#constantCode(text));
    else this.#addPlain(text, 0, text.array.length);
  }

  /** A few such texts, one after the other, so many times. */
  addConstants(texts: readonly ViewedBytes[], times: number): void {
    if (!this.#hasWords) {
      for (let time = 0; time < times; time += 1) for (const text of texts) this.addConstant(text);
      return;
    }
    const codes = texts.map((text) => this.#constantCode(text));
    const needed = this.#count + times * codes.length;
    if (needed > this.#codes.length) this.#codes = grownArray(this.#codes, 2 * needed);
    for (let of = 0; of < codes.length; of += 1) {
      const code = codes[of] ?? 0;
      for (let at = this.#count + of; at < needed; at += codes.length) this.#codes[at] = code;
    }
    this.#count = needed;
  }

  #constantCode(text: ViewedBytes): number {
    let at = 0;
    while (at < this.#constants.length && this.#constants[at] !== text) at += 1;
    if (at === this.#constants.length) {
      this.#constants.push(text);
      this.#constantCodes.push(this.#words.add(text, 0, text.array.length));
    }
    return this.#constantCodes[at] ?? 0;
  }

  /** Whether values are written one by one by now. */
  get isPlain(): boolean {
    return !this.#hasWords;
  }

  /** PLAIN values, where `isPlain`. */
  addPlainValues(values: Uint8Array): void {
    const end = this.#used + values.length;
    if (end > this.#bytes.array.length) this.#bytes = grownBytes(this.#bytes, this.#used, 2 * end);
    this.#bytes.array.set(values, this.#used);
    this.#used = end;
  }

  get sizeBytes(): number {
    return this.#used + this.#words.sizeBytes + 2 * this.#count;
  }

  encode(): EncodedValues {
    if (!this.#hasWords || this.#count === 0) {
      return { words: null, encoding: ENCODING.plain, body: [this.#bytes.array.subarray(0, this.#used)] };
    }
    const { size, plain } = this.#words;
    // Readers do not like a width of no bits.
    const width = Math.max(1, 32 - Math.clz32(size - 1));
    const body = [Buffer.of(width), packBits(this.#codes.subarray(0, this.#count), width)];
    return { words: { count: size, plain }, encoding: ENCODING.dictionary, body };
  }

  /** Before the first row group of a file: files do not depend on those before. */
  begin(): void {
    this.clear();
    this.#hasWords = true;
  }

  clear(): void {
    this.#used = 0;
    this.#count = 0;
    this.#words.clear();
    this.#constants.length = 0;
    this.#constantCodes.length = 0;
  }

  #addCode(code: number, times = 1): void {
    const end = this.#count + times;
    if (end > this.#codes.length) this.#codes = grownArray(this.#codes, 2 * end);
    for (let at = this.#count; at < end; at += 1) this.#codes[at] = code;
    this.#count = end;
    const { size } = this.#words;
    if (size === MAX_WORDS || (size > TRIED_WORDS && 2 * size > this.#count)) this.#giveUpWords();
  }

  #giveUpWords(): void {
    this.#hasWords = false;
    for (let index = 0; index < this.#count; index += 1) {
      const word = viewedBytes(this.#words.word(this.#codes[index] ?? 0));
      this.#addPlain(word, 0, word.array.length);
    }
    this.#words.clear();
    this.#count = 0;
  }

  /** Its length in bytes, and the bytes. */
  #addPlain(bytes: ViewedBytes, from: number, to: number): void {
    const length = to - from;
    if (this.#used + 4 + length > this.#bytes.array.length) {
      this.#bytes = grownBytes(this.#bytes, this.#used, 2 * this.#bytes.array.length + length);
    }
    this.#bytes.view.setInt32(this.#used, length, true);

    copyBytes(bytes, from, to, this.#bytes, this.#used + 4);
    this.#used += 4 + length;
  }
}
