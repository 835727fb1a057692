import { closeSync, openSync, readSync } from "node:fs";

const ID_BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/** Where ids stand in a file, 8 bytes each, low byte first. */
export interface IdRange {
  readonly path: string;
  readonly startBytes: number;
  readonly sizeBytes: number;
}

/** Reads ids from files into memory that is used again. */
export class IdFiles {
  #memory = new BigUint64Array(0);

  /** Those of a range: good until the next is read. Throws `RangeError` when the file ends before, or the range within an id. */
  read({ path, startBytes, sizeBytes }: IdRange): BigUint64Array {
    const count = sizeBytes / ID_BYTES;
    if (!Number.isInteger(count)) throw new RangeError(`"${path}" ends within an id`);
    if (count > this.#memory.length) this.#memory = new BigUint64Array(2 * count);
    const ids = this.#memory.subarray(0, count);
    const file = openSync(path, "r");
    try {
      for (let at = 0; at < sizeBytes; ) {
        const read = readSync(file, ids, at, sizeBytes - at, startBytes + at);
        if (read === 0) throw new RangeError(`"${path}" is too short`);
        at += read;
      }
      return ids;
    } finally {
      closeSync(file);
    }
  }
}
