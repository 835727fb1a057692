import { grownBytes, newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";
import { ENCODING } from "../pages.ts";
import type { EncodedValues } from "./encoded-values.ts";

const TWO_TO_32 = 0x1_0000_0000;
const EMPTY = new Float64Array(0);

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

  addInt32s(values: Float64Array, first: number, count: number): void {
    let at = this.#take(4 * count);
    const { view } = this.#bytes;
    for (let value = first; value < first + count; value += 1, at += 4)
      view.setInt32(at, values[value] ?? 0, true);
  }

  addInt64s(values: Float64Array, first: number, count: number): void {
    let at = this.#take(8 * count);
    const { view } = this.#bytes;
    for (let place = first; place < first + count; place += 1, at += 8) {
      const value = values[place] ?? 0;
      const high = Math.floor(value / TWO_TO_32);
      view.setUint32(at, value - high * TWO_TO_32, true);
      view.setInt32(at + 4, high, true);
    }
  }

  /** Doubles of so many rows, number `first` and on: that of each column, one row after the other. */
  addRows(columns: readonly Float64Array[], first: number, rows: number): void {
    const start = this.#take(8 * rows * columns.length);
    const { view } = this.#bytes;
    for (let column = 0; column < columns.length; column += 1) {
      const values = columns[column] ?? EMPTY;
      let at = start + 8 * column;
      for (let row = first; row < first + rows; row += 1, at += 8 * columns.length) {
        view.setFloat64(at, values[row] ?? 0, true);
      }
    }
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
