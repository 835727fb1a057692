import type { DuckDBDataChunk } from "@duckdb/node-api";

/** Numbers of a whole result, by column; arrays of their own, which stay good. */
export class NumberColumns {
  readonly #bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  /** `chunk` has one row, with a list for each of the names. */
  constructor(names: readonly string[], chunk: DuckDBDataChunk) {
    this.#bytes = new Map(names.map((name, at) => [name, memoryOfList(chunk, at)]));
  }

  bigUints(name: string): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.#memory(name));
  }

  uints(name: string): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#memory(name));
  }

  doubles(name: string): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#memory(name));
  }

  floats(name: string): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory(name));
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory(name));
  }

  #memory(name: string): ArrayBuffer {
    const bytes = this.#bytes.get(name);
    if (!bytes) throw new RangeError(`no column "${name}"`);
    return bytes.buffer;
  }
}

/** The memory of the numbers of a list, copied; of no rows the list is null. */
function memoryOfList(chunk: DuckDBDataChunk, column: number): Uint8Array<ArrayBuffer> {
  // The vector's own memory spares an object for each value; it is no part of the declared interface.
  const numbers: unknown = Reflect.get(chunk.getColumnVector(column), "childData");
  const items: unknown = numbers instanceof Object ? Reflect.get(numbers, "items") : undefined;
  if (!ArrayBuffer.isView(items)) throw new TypeError("the column has no memory of numbers");
  const copy = new Uint8Array(items.byteLength);
  copy.set(new Uint8Array(items.buffer, items.byteOffset, items.byteLength));
  return copy;
}
