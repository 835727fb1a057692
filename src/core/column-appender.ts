import type { DuckDBAppender, DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";

type Library = typeof import("@duckdb/node-api");

/** What a column holds: little-endian numbers, truth values of one byte, or the places of the words of an enum. */
export type FixedType = "UBIGINT" | "BIGINT" | "BOOLEAN" | readonly string[];
export type FixedColumn = BigUint64Array | BigInt64Array | Uint8Array;

/** What a chunk of the database holds. */
const CHUNK_ROWS = 2048;

/** Appends rows to a table by the memory of their columns: no object is made of a value. */
export class ColumnAppender {
  readonly #library: Library;
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  /** One chunk serves for all that are full: what it holds is copied. */
  #chunk: DuckDBDataChunk;
  #chunkRows = CHUNK_ROWS;

  constructor(library: Library, appender: DuckDBAppender, types: readonly FixedType[]) {
    this.#library = library;
    this.#appender = appender;
    this.#types = types.map((type) => typeOf(library, type));
    this.#chunk = this.#newChunk();
  }

  /** The columns stand in the order of the table. */
  append(columns: readonly FixedColumn[], rows: number): void {
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - from);
      if (count !== this.#chunkRows) {
        this.#chunkRows = count;
        this.#chunk = this.#newChunk();
      }
      for (const [at, { buffer, byteOffset, BYTES_PER_ELEMENT: width }] of columns.entries()) {
        const vector = this.#chunk.getColumnVector(at);
        memoryOf(vector).set(new Uint8Array(buffer, byteOffset + from * width, count * width));
        vector.flush();
      }
      this.#appender.appendDataChunk(this.#chunk);
    }
  }

  /** After that the rows are in the table. */
  close(): void {
    this.#appender.closeSync();
  }

  #newChunk(): DuckDBDataChunk {
    return this.#library.DuckDBDataChunk.create(this.#types, this.#chunkRows);
  }
}

function typeOf(library: Library, type: FixedType): DuckDBType {
  if (typeof type !== "string") return library.ENUM(type);
  return { UBIGINT: library.UBIGINT, BIGINT: library.BIGINT, BOOLEAN: library.BOOLEAN }[type];
}

/** The vector's own memory; it is no part of the declared interface. */
function memoryOf(vector: object): Uint8Array {
  const items: unknown = Reflect.get(vector, "items") ?? Reflect.get(vector, "dataView");
  if (!ArrayBuffer.isView(items)) throw new TypeError("the column has no memory of numbers");
  return new Uint8Array(items.buffer, items.byteOffset, items.byteLength);
}
