import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { explainSystemError, syncFolder, temporaryPathFor } from "../../core/index.ts";
import { encodeIndexHeader, HEADER_BYTES, type IndexFileHeader } from "../../formats/index-file/index.ts";

const BUFFER_BYTES = 1 << 20;

/** Writes the body of an index file from front to back, then its header; nothing has its name before `publish`. */
export class IndexFileWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: number;
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer: Buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #buffered = 0;
  #written = 0;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = temporaryPathFor(path);
    this.#handle = openSync(this.#temporary, "wx");
  }

  /** Bytes of the body so far. */
  get length(): number {
    return this.#written + this.#buffered;
  }

  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** Writes the header, syncs, and gives the file its name. */
  async publish(header: Omit<IndexFileHeader, "bodyBytes" | "bodySha256">): Promise<void> {
    try {
      this.#flush();
      const bodySha256 = Uint8Array.from(this.#hash.digest());
      writeSync(
        this.#handle,
        encodeIndexHeader({ ...header, bodyBytes: this.#written, bodySha256 }),
        0,
        HEADER_BYTES,
        0,
      );
      fsyncSync(this.#handle);
      closeSync(this.#handle);
      renameSync(this.#temporary, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      throw explainSystemError(error, `writing "${this.#path}"`);
    }
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    let done = 0;
    try {
      while (done < bytes.length) {
        done += writeSync(
          this.#handle,
          bytes,
          done,
          bytes.length - done,
          HEADER_BYTES + this.#written + done,
        );
      }
    } catch (error) {
      throw explainSystemError(error, `writing "${this.#path}"`);
    }
    this.#written += bytes.length;
  }
}
