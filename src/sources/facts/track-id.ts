import { createHash } from "node:crypto";
import { copyBytes, newBytes, type ViewedBytes } from "../../core/viewed-bytes.ts";
import type { TextRanges } from "../../formats/parquet/rows/leaf.ts";
import { TextBytes } from "../../formats/parquet/rows/text-bytes.ts";
import { MAX_SHORT_BYTES, sha256Block } from "./sha256-block.ts";

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const LANES = 4;

/** SQL's `trackIdSql` for keys that are bytes: the first 8 bytes of SHA-256 over the source's name, a zero byte and the key. */
export class TrackIds {
  readonly #prefix: Buffer;
  /** Begins with the prefix. */
  readonly #block = newBytes(BLOCK_BYTES);
  /** Which keys are in the lanes. */
  readonly #waiting = new Int32Array(LANES);
  readonly #text = new TextBytes();
  readonly #id = Buffer.alloc(8);
  /** Halves of the id of the last key. */
  high = 0;
  low = 0;

  constructor(sourceName: string) {
    this.#prefix = Buffer.from(`${sourceName}\0`);
    if (this.#prefix.length < BLOCK_BYTES) this.#block.array.set(this.#prefix);
  }

  /** What is hashed before each key. */
  get prefix(): Uint8Array {
    return this.#prefix;
  }

  /** Works out the id of the key in bytes [from, to). */
  set(bytes: ViewedBytes, from: number, to: number): void {
    const length = this.#prefix.length + to - from;
    if (length > MAX_SHORT_BYTES) {
      const hash = createHash("sha256").update(this.#prefix).update(bytes.array.subarray(from, to)).digest();
      this.high = hash.readInt32BE(0);
      this.low = hash.readUInt32BE(4);
      return;
    }
    const { view } = this.#block;
    const { words, result, hash } = sha256Block(1);
    this.#fillBlock(bytes, from, to);
    for (let word = 0; word < words.length; word += 1) words[word] = view.getInt32(4 * word);
    hash();
    this.high = result[0] ?? 0;
    this.low = result[1] ?? 0;
  }

  /** The id of a key, high byte first; good until the next is asked for. */
  ofKey(key: string): Uint8Array {
    this.#text.set(key);
    return this.ofBytes(this.#text.bytes, 0, this.#text.length);
  }

  /** That of the key in bytes [from, to). */
  ofBytes(bytes: ViewedBytes, from: number, to: number): Uint8Array {
    this.set(bytes, from, to);
    this.#id.writeInt32BE(this.high | 0, 0);
    this.#id.writeInt32BE(this.low | 0, 4);
    return this.#id;
  }

  /**
   * Works out the ids of so many keys, number `first` and on: their halves go into `lows` and `highs`, from the beginning of these.
   */
  setMany(keys: TextRanges, first: number, lows: Uint32Array, highs: Uint32Array, count: number): void {
    const { bytes, starts, ends } = keys;
    const { view } = this.#block;
    const { words } = sha256Block(LANES);
    let lane = 0;
    for (let at = 0; at < count; at += 1) {
      const from = starts[first + at] ?? 0;
      const to = ends[first + at] ?? 0;
      if (this.#prefix.length + to - from > MAX_SHORT_BYTES) {
        this.set(bytes, from, to);
        lows[at] = this.low;
        highs[at] = this.high;
        continue;
      }
      this.#fillBlock(bytes, from, to);
      for (let word = 0; word < BLOCK_WORDS; word += 1) words[LANES * word + lane] = view.getInt32(4 * word);
      this.#waiting[lane] = at;
      lane += 1;
      if (lane === LANES) {
        this.#hashWaiting(LANES, lows, highs);
        lane = 0;
      }
    }
    if (lane > 0) this.#hashWaiting(lane, lows, highs);
  }

  #hashWaiting(lanes: number, lows: Uint32Array, highs: Uint32Array): void {
    const { result, hash } = sha256Block(LANES);
    hash();
    for (let lane = 0; lane < lanes; lane += 1) {
      const at = this.#waiting[lane] ?? 0;
      highs[at] = result[lane] ?? 0;
      lows[at] = result[LANES + lane] ?? 0;
    }
  }

  /** The only block of a short message, with its padding. */
  #fillBlock(bytes: ViewedBytes, from: number, to: number): void {
    const { array, view } = this.#block;
    const length = this.#prefix.length + to - from;
    copyBytes(bytes, from, to, this.#block, this.#prefix.length);
    array[length] = 0x80;
    for (let at = length + 1; at < BLOCK_BYTES - 4; at += 1) array[at] = 0;
    view.setInt32(BLOCK_BYTES - 4, length * 8);
  }
}
