import { grownBytes, newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";
import { ENCODING } from "../pages.ts";
import type { EncodedValues } from "./encoded-values.ts";

const TWO_TO_32 = 0x1_0000_0000;

/** Numbers of a column chunk, each of 4 or 8 bytes, low byte first. */
export class NumberValues {
  #bytes: ViewedBytes = newBytes(8192);
  #used = 0;

  addInt32(value: number): void {
    const at = this.#take(4);
    this.#bytes.view.setInt32(at, value, true);
  }

  /** A whole number that a double holds exactly. */
  addInt64(value: number): void {
    const high = Math.floor(value / TWO_TO_32);
    this.addHalves(value - high * TWO_TO_32, high);
  }

  addHalves(low: number, high: number): void {
    const at = this.#take(8);
    this.#bytes.view.setUint32(at, low, true);
    this.#bytes.view.setInt32(at + 4, high, true);
  }

  addDouble(value: number): void {
    const at = this.#take(8);
    this.#bytes.view.setFloat64(at, value, true);
  }

  addPlain(values: Uint8Array): void {
    const at = this.#take(values.length);
    this.#bytes.array.set(values, at);
  }

  get sizeBytes(): number {
    return this.#used;
  }

  encode(): EncodedValues {
    return { words: null, encoding: ENCODING.plain, body: [this.#bytes.array.subarray(0, this.#used)] };
  }

  clear(): void {
    this.#used = 0;
  }

  #take(bytes: number): number {
    const at = this.#used;
    this.#used += bytes;
    if (this.#used > this.#bytes.array.length) this.#bytes = grownBytes(this.#bytes, at, 2 * this.#used);
    return at;
  }
}
