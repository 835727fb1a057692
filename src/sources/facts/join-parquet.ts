import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { FooterJoiner, footerRows } from "../../formats/parquet/join-footers.ts";
import { bytesAt, PARQUET_MAGIC as MAGIC, readParquetFooter } from "./parquet-footer.ts";

const PIECE_BYTES = 1 << 20;
const SEND_BYTES = 64 << 20;

export interface JoinedParquet {
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Writes the row groups of Parquet files of one schema into one file, in order and byte by byte: nothing is unpacked or packed
 * again. Files are taken up as they are added, beside other work; of one alone nothing is written.
 */
export class ParquetJoin {
  readonly path: string;
  readonly #footers = new FooterJoiner();
  readonly #hash = createHash("sha256");
  #memory: Buffer = Buffer.alloc(0);
  #out: FileHandle | null = null;
  #sizeBytes = 0;
  /** Of which the system was told to put them on disk. */
  #sentBytes = 0;
  #sent: Promise<void> = Promise.resolve();
  /** The only one that was added; null where there is none, or another. */
  #only: string | null = null;
  #taken: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  add(part: string): void {
    if (this.#only === null && this.#memory.length === 0) {
      this.#only = part;
      return;
    }
    if (this.#memory.length === 0) this.#memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const parts = this.#only === null ? [part] : [this.#only, part];
    this.#only = null;
    for (const one of parts) this.#taken = this.#taken.then(() => this.#append(one));
    // Whoever finishes hears of it; until then it is not "unhandled".
    this.#taken.catch(() => {});
  }

  /** Null when there were not two. Throws `RangeError` when a file is no Parquet, or of another schema than the one before. */
  async finish(): Promise<JoinedParquet | null> {
    await this.#taken;
    if (this.#out === null) return null;
    const footer = this.#footers.finish();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await this.#write(Buffer.concat([footer, length, MAGIC]));
    await this.close();
    return { rows: this.#footers.rows, sizeBytes: this.#sizeBytes, sha256: this.#hash.digest("hex") };
  }

  /** Leaves the file as it is. Does nothing after `finish`. */
  async close(): Promise<void> {
    await this.#taken.catch(() => {});
    await this.#sent;
    await this.#out?.close();
    this.#out = null;
  }

  async #append(part: string): Promise<void> {
    if (this.#out === null) {
      this.#out = await open(this.path, "w");
      await this.#write(MAGIC);
    }
    const file = await open(part, "r");
    try {
      const { footer, dataEnd } = await readParquetFooter(file);
      this.#footers.add(footer, this.#sizeBytes - MAGIC.length);
      for (let at = MAGIC.length; at < dataEnd; at += this.#memory.length) {
        const piece = this.#memory.subarray(0, Math.min(this.#memory.length, dataEnd - at));
        await this.#write(await bytesAt(file, at, piece));
      }
    } finally {
      await file.close();
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
    await this.#out?.writeFile(bytes);
    // What is on disk when all is written need not be waited for then.
    if (this.#sizeBytes - this.#sentBytes < SEND_BYTES) return;
    this.#sentBytes = this.#sizeBytes;
    await this.#sent;
    this.#sent = this.#out?.datasync().catch(() => {}) ?? Promise.resolve();
  }
}

/** How many rows a Parquet file has. Throws `RangeError` when it is none. */
export async function parquetRows(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    return footerRows((await readParquetFooter(file)).footer);
  } finally {
    await file.close();
  }
}
