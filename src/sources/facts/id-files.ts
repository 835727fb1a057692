import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const ID_BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/** Reads files of ids, 8 bytes each, low byte first, into memory that is used again. */
export class IdFiles {
  #memory = new BigUint64Array(0);

  /** Those of a file: good until the next is read. Throws `RangeError` when it ends within an id. */
  read(path: string): BigUint64Array {
    const file = openSync(path, "r");
    try {
      const count = fstatSync(file).size / ID_BYTES;
      if (!Number.isInteger(count)) throw new RangeError(`"${path}" ends within an id`);
      if (count > this.#memory.length) this.#memory = new BigUint64Array(2 * count);
      const ids = this.#memory.subarray(0, count);
      for (let at = 0; at < count * ID_BYTES; ) {
        const read = readSync(file, ids, at, count * ID_BYTES - at, at);
        if (read === 0) throw new RangeError(`"${path}" became shorter`);
        at += read;
      }
      return ids;
    } finally {
      closeSync(file);
    }
  }
}
