import { createHash } from "node:crypto";
import { copyBytes, newBytes, type ViewedBytes } from "../../core/viewed-bytes.ts";
import { TextBytes } from "../../formats/parquet/rows/text-bytes.ts";
import { sha256Block } from "./sha256-block.ts";

const BLOCK_BYTES = 64;
/** What fits into one block of SHA-256 with its padding. */
const MAX_SHORT_BYTES = 55;

/** SQL's `trackIdSql` for keys that are bytes: the first 8 bytes of SHA-256 over the source's name, a zero byte and the key. */
export class TrackIds {
  readonly #prefix: Buffer;
  /** Begins with the prefix. */
  readonly #block = newBytes(BLOCK_BYTES);
  readonly #sha256 = sha256Block();
  readonly #text = new TextBytes();
  readonly #id = Buffer.alloc(8);
  /** Halves of the id of the last key. */
  high = 0;
  low = 0;

  constructor(sourceName: string) {
    this.#prefix = Buffer.from(`${sourceName}\0`);
    if (this.#prefix.length < BLOCK_BYTES) this.#block.array.set(this.#prefix);
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
    const { array, view } = this.#block;
    const { words, result } = this.#sha256;
    copyBytes(bytes, from, to, this.#block, this.#prefix.length);
    array[length] = 0x80;
    for (let at = length + 1; at < BLOCK_BYTES - 4; at += 1) array[at] = 0;
    view.setInt32(BLOCK_BYTES - 4, length * 8);
    for (let word = 0; word < words.length; word += 1) words[word] = view.getInt32(4 * word);
    this.#sha256.hash();
    this.high = result[0] ?? 0;
    this.low = result[1] ?? 0;
  }

  /** The id of a key, high byte first; good until the next is asked for. */
  ofKey(key: string): Uint8Array {
    this.#text.set(key);
    this.set(this.#text.bytes, 0, this.#text.length);
    this.#id.writeInt32BE(this.high | 0, 0);
    this.#id.writeInt32BE(this.low | 0, 4);
    return this.#id;
  }
}
