import { grownArray } from "../../../core/grown-array.ts";
import { packBits, repeated } from "../pack-bits.ts";
import { uint32 } from "../pages.ts";

/** Definition or repetition levels of a column chunk: one for each place. Of equal ones at the beginning only their number is kept. */
export class Levels {
  #levels = new Uint16Array(1024);
  #count = 0;
  #first = 0;
  #isUniform: boolean = true;
  /** Bits of a level: as many as the highest needs. */
  readonly #width: number;

  constructor(highest: number) {
    this.#width = 32 - Math.clz32(highest);
  }

  get count(): number {
    return this.#count;
  }

  /** The same level so many times. */
  addMany(level: number, count: number): void {
    if (count === 0) return;
    this.add(level);
    if (this.#isUniform) this.#count += count - 1;
    else for (let more = 1; more < count; more += 1) this.add(level);
  }

  /** As of lists of so many items each: 0 for the first, 1 for all others. */
  addLists(items: number, lists: number): void {
    if (items < 2) {
      this.addMany(0, items * lists);
      return;
    }
    const levels = this.#room(items * lists);
    let at = this.#count;
    for (let list = 0; list < lists; list += 1) {
      levels[at] = 0;
      for (let item = 1; item < items; item += 1) levels[at + item] = 1;
      at += items;
    }
    this.#count = at;
  }

  /** Those of so many values, number `first` and on. */
  addEach(values: Float64Array, first: number, count: number): void {
    const levels = this.#room(count);
    const at = this.#count - first;
    for (let value = first; value < first + count; value += 1) levels[at + value] = values[value] ?? 0;
    this.#count += count;
  }

  add(level: number): void {
    if (this.#isUniform) {
      if (this.#count === 0) this.#first = level;
      if (level === this.#first) {
        this.#count += 1;
        return;
      }
    }
    this.#room(1)[this.#count] = level;
    this.#count += 1;
  }

  /** Where levels are kept one by one, with room for so many more. */
  #room(more: number): Uint16Array {
    const needed = this.#count + more;
    if (needed > this.#levels.length) {
      this.#levels = this.#isUniform ? new Uint16Array(2 * needed) : grownArray(this.#levels, 2 * needed);
    }
    if (this.#isUniform) this.#levels.fill(this.#first, 0, this.#count);
    this.#isUniform = false;
    return this.#levels;
  }

  /** As they stand in a data page of version 1, with their length before them; nothing where the highest is 0. */
  encode(): readonly Uint8Array[] {
    if (this.#width === 0) return [];
    const packed = this.#isUniform
      ? repeated(this.#first, this.#count, this.#width)
      : packBits(this.#levels.subarray(0, this.#count), this.#width);
    return [uint32(packed.length), packed];
  }

  clear(): void {
    this.#count = 0;
    this.#first = 0;
    this.#isUniform = true;
  }
}
