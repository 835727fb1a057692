import type { DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import { memoryOfVector, type VectorMemory } from "./vector-memory.ts";

/** About 2,048 rows of a result, by column; valid until the next one is asked for. */
export class ColumnChunk {
  readonly #chunk: DuckDBDataChunk;

  constructor(chunk: DuckDBDataChunk) {
    this.#chunk = chunk;
  }

  get rows(): number {
    return this.#chunk.rowCount;
  }

  values(column: number): readonly DuckDBValue[] {
    return this.#chunk.getColumnValues(column);
  }

  /** Copies a FLOAT column; null becomes NaN. Throws `TypeError` for any other. */
  copyFloats(column: number, into: Float32Array): void {
    const vector = this.#chunk.getColumnVector(column);
    const items: unknown = Reflect.get(vector, "items");
    if (!(items instanceof Float32Array)) throw new TypeError("the column is no FLOAT");
    into.set(items);
    const words: unknown = Reflect.get(Reflect.get(vector, "validity") ?? {}, "data");
    if (!(words instanceof BigUint64Array)) return;
    const bits = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    for (let at = 0; at < items.length; at += 1) {
      // Most bytes have no null in them.
      if ((at & 7) === 0 && bits[at >> 3] === 0xff) at += 7;
      else if ((((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 0) into[at] = Number.NaN;
    }
  }

  /**
   * The memory of a column of numbers or truth values as it is, little-endian, and a bit for each row (lowest first) that is
   * set where there is a value; null where all have one. Both are good until the next chunk. Throws `TypeError` for others.
   */
  fixed(column: number): VectorMemory {
    const memory = memoryOfVector(this.#chunk.getColumnVector(column));
    if (memory === null) throw new TypeError("the column has no memory of numbers");
    return memory;
  }

  /** A UBIGINT column without nulls. Throws `TypeError` for any other. */
  bigUints(column: number): BigUint64Array {
    const vector = this.#chunk.getColumnVector(column);
    // The vector's own array spares a bigint for each value; it is no part of the declared interface.
    const items: unknown = Reflect.get(vector, "items");
    if (items instanceof BigUint64Array && items.length === vector.itemCount) return items.slice();
    return BigUint64Array.from(this.values(column), (value) => {
      if (typeof value === "bigint") return value;
      throw new TypeError("the column is no UBIGINT without nulls");
    });
  }
}
