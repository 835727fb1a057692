import type { DuckDBDataChunk } from "@duckdb/node-api";

/** Numbers of a whole result, by column: views of memory that is theirs until it is used for another result. */
export class NumberColumns {
  readonly #columns: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  private constructor(columns: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
    this.#columns = columns;
  }

  /**
   * Copies the columns out of a chunk of one row that has a list for each of the names. Throws `TypeError` for lists of
   * other things than numbers, or with a null.
   */
  static ofLists(chunk: DuckDBDataChunk, names: readonly string[], memory: ColumnMemory): NumberColumns {
    const columns = names.map((name, at): readonly [string, Uint8Array<ArrayBuffer>] => {
      const column = memory.column(name);
      column.add(numbersOfList(chunk, at, name));
      return [name, column.bytes];
    });
    return new NumberColumns(new Map(columns));
  }

  bigUints(name: string): BigUint64Array<ArrayBuffer> {
    const { buffer, byteLength } = this.#of(name);
    return new BigUint64Array(buffer, 0, byteLength / 8);
  }

  uints(name: string): Uint32Array<ArrayBuffer> {
    const { buffer, byteLength } = this.#of(name);
    return new Uint32Array(buffer, 0, byteLength / 4);
  }

  doubles(name: string): Float64Array<ArrayBuffer> {
    const { buffer, byteLength } = this.#of(name);
    return new Float64Array(buffer, 0, byteLength / 8);
  }

  floats(name: string): Float32Array<ArrayBuffer> {
    const { buffer, byteLength } = this.#of(name);
    return new Float32Array(buffer, 0, byteLength / 4);
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return this.#of(name);
  }

  #of(name: string): Uint8Array<ArrayBuffer> {
    const column = this.#columns.get(name);
    if (!column) throw new RangeError(`no column "${name}"`);
    return column;
  }
}

/** Memory for one result after the other: fresh pages cost more than what is read into them. */
export class ColumnMemory {
  readonly #columns = new Map<string, GrowingColumn>();

  /** The column of that name, emptied. */
  column(name: string): GrowingColumn {
    const column = this.#columns.get(name) ?? new GrowingColumn();
    this.#columns.set(name, column);
    column.clear();
    return column;
  }
}

/** Of no rows the list is null, and has no numbers. */
function numbersOfList(chunk: DuckDBDataChunk, column: number, name: string): Uint8Array {
  // The vector's own memory spares an object for each value; it is no part of the declared interface.
  const numbers: unknown = Reflect.get(chunk.getColumnVector(column), "childData");
  const items: unknown = numbers instanceof Object ? Reflect.get(numbers, "items") : undefined;
  const count: unknown = numbers instanceof Object ? Reflect.get(numbers, "itemCount") : undefined;
  if (!ArrayBuffer.isView(items) || typeof count !== "number") throw new TypeError(`no numbers in "${name}"`);
  const validity: unknown = numbers instanceof Object ? Reflect.get(numbers, "validity") : undefined;
  const bits: unknown = validity instanceof Object ? Reflect.get(validity, "data") : null;
  if (ArrayBuffer.isView(bits)) {
    const valid = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
    if (hasNull(valid, count)) throw new TypeError(`a null in "${name}"`);
  }
  return new Uint8Array(items.buffer, items.byteOffset, items.byteLength);
}

/** Whether one of the lowest bits, so many, is 0. */
function hasNull(valid: Uint8Array, rows: number): boolean {
  for (let at = 0; at < rows; at += 1) {
    const byte = valid[at >> 3] ?? 0;
    // Most bytes have no null in them.
    if ((at & 7) === 0 && byte === 0xff) at += 7;
    else if (((byte >> (at & 7)) & 1) === 0) return true;
  }
  return false;
}

class GrowingColumn {
  #memory: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 14);
  #length = 0;

  add(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#memory.length) {
      const larger = new Uint8Array(Math.max(needed, this.#memory.length * 2));
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#memory.set(bytes, this.#length);
    this.#length = needed;
  }

  clear(): void {
    this.#length = 0;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length);
  }
}
