import { ENCODING } from "../pages.ts";
import type { EncodedValues } from "./encoded-values.ts";

const TWO_TO_32 = 0x1_0000_0000;

/** Numbers of a column chunk, each of 4 or 8 bytes, low byte first. */
export class NumberValues {
  #bytes: Buffer = Buffer.allocUnsafe(8192);
  #used = 0;

  addInt32(value: number): void {
    const at = this.#take(4);
    this.#bytes.writeInt32LE(value, at);
  }

  /** A whole number that a double holds exactly. */
  addInt64(value: number): void {
    const high = Math.floor(value / TWO_TO_32);
    this.addHalves(value - high * TWO_TO_32, high);
  }

  addHalves(low: number, high: number): void {
    const at = this.#take(8);
    this.#bytes.writeUInt32LE(low, at);
    this.#bytes.writeInt32LE(high | 0, at + 4);
  }

  addDouble(value: number): void {
    const at = this.#take(8);
    this.#bytes.writeDoubleLE(value, at);
  }

  get sizeBytes(): number {
    return this.#used;
  }

  encode(): EncodedValues {
    return { words: null, encoding: ENCODING.plain, body: [this.#bytes.subarray(0, this.#used)] };
  }

  clear(): void {
    this.#used = 0;
  }

  #take(bytes: number): number {
    const at = this.#used;
    this.#used += bytes;
    if (this.#used > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * this.#bytes.length);
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
