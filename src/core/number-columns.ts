import type { ColumnChunk } from "./column-chunk.ts";

/** Numbers of a whole result, by column; arrays of their own, which stay good. */
export class NumberColumns {
  readonly #memory: ReadonlyMap<string, ArrayBuffer>;

  private constructor(memory: ReadonlyMap<string, ArrayBuffer>) {
    this.#memory = memory;
  }

  /**
   * Collects the columns of a result, which has one for each of the names. `expectedRows` spares moving what is there when
   * there is more. Throws `TypeError` for a column of other things than numbers, or with a null.
   */
  static async collect(
    chunks: AsyncIterable<ColumnChunk>,
    names: readonly string[],
    expectedRows: number,
  ): Promise<NumberColumns> {
    const columns = names.map(() => new GrowingColumn(expectedRows));
    for await (const chunk of chunks) {
      for (const [at, column] of columns.entries()) {
        const { bytes, valid } = chunk.fixed(at);
        if (valid !== null && hasNull(valid, chunk.rows)) throw new TypeError(`a null in "${names[at]}"`);
        column.add(bytes, chunk.rows);
      }
    }
    return new NumberColumns(new Map(names.map((name, at) => [name, columns[at]?.take() ?? NOTHING])));
  }

  bigUints(name: string): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.#of(name));
  }

  uints(name: string): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#of(name));
  }

  doubles(name: string): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#of(name));
  }

  floats(name: string): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#of(name));
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#of(name));
  }

  #of(name: string): ArrayBuffer {
    const memory = this.#memory.get(name);
    if (!memory) throw new RangeError(`no column "${name}"`);
    return memory;
  }
}

const NOTHING = new ArrayBuffer(0);

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
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  #length = 0;
  readonly #expectedRows: number;

  constructor(expectedRows: number) {
    this.#expectedRows = expectedRows;
  }

  add(bytes: Uint8Array, rows: number): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const width = bytes.length / Math.max(1, rows);
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2, this.#expectedRows * width));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  take(): ArrayBuffer {
    const { buffer } = this.#bytes;
    return this.#length === buffer.byteLength ? buffer : buffer.slice(0, this.#length);
  }
}
