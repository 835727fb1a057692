import type { DuckDBDataChunk } from "@duckdb/node-api";
import { ByteSink } from "./byte-sink.ts";
import { memoryOfVector } from "./vector-memory.ts";

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

/** Memory for one result after the other. */
export class ColumnMemory {
  readonly #columns = new Map<string, ByteSink>();

  /** The column of that name, emptied. */
  column(name: string): ByteSink {
    const column = this.#columns.get(name) ?? new ByteSink();
    this.#columns.set(name, column);
    column.clear();
    return column;
  }
}

function numbersOfList(chunk: DuckDBDataChunk, column: number, name: string): Uint8Array {
  const memory = memoryOfVector(Reflect.get(chunk.getColumnVector(column), "childData"));
  if (memory === null) throw new TypeError(`no numbers in "${name}"`);
  const { bytes, valid, count } = memory;
  if (valid !== null && hasNull(valid, count)) throw new TypeError(`a null in "${name}"`);
  return bytes;
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
