import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { IntegrityError } from "../../core/index.ts";
import {
  HEADER_BYTES,
  type IndexFileHeader,
  type IndexFileKind,
  parseIndexHeader,
} from "../../formats/index-file/index.ts";
import { MalformedIndexError } from "../../formats/text-index/index.ts";

/** A file of the index is not what it should be; it can be thrown away and built again. */
export class DamagedIndexError extends IntegrityError {
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`the index file "${path}" cannot be used: ${reason}`, {
      cause,
      hint: "build it again: deadwax catalogue index --rebuild",
    });
    this.path = path;
  }
}

/** An open file of an index, read in small pieces. Reads are synchronous: they come from the page cache in microseconds. */
export class IndexFile {
  readonly path: string;
  readonly header: IndexFileHeader;
  readonly #handle: number;

  private constructor(path: string, handle: number, header: IndexFileHeader) {
    this.path = path;
    this.header = header;
    this.#handle = handle;
  }

  /** Opens a file and checks its header. Throws `DamagedIndexError`, or the system's error when there is none. */
  static open(path: string, kind: IndexFileKind, source?: Uint8Array): IndexFile {
    const handle = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(HEADER_BYTES);
      const length = readSync(handle, bytes, 0, HEADER_BYTES, 0);
      const parsed = parseIndexHeader(bytes.subarray(0, length), fstatSync(handle).size);
      if (!parsed.ok) throw new DamagedIndexError(path, parsed.reason);
      if (parsed.header.kind !== kind) throw new DamagedIndexError(path, `it holds ${parsed.header.kind}`);
      if (source && !Buffer.from(source).equals(parsed.header.source)) {
        throw new DamagedIndexError(path, "it was made from other segments");
      }
      return new IndexFile(path, handle, parsed.header);
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }

  /** Bytes of the body. Throws `DamagedIndexError` when they are not all there. */
  read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.#checked(offset, length));
    this.readInto(bytes, offset, length);
    return bytes;
  }

  readInto(bytes: Buffer, offset: number, length: number): void {
    this.#checked(offset, length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#handle, bytes, done, length - done, HEADER_BYTES + offset + done);
      if (count === 0) throw this.damaged("it became shorter");
      done += count;
    }
  }

  damaged(reason: string, cause?: unknown): DamagedIndexError {
    return new DamagedIndexError(this.path, reason, cause);
  }

  /** Runs a decoder over bytes of this file; what it finds malformed is damage of the file. */
  decode<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof MalformedIndexError) throw this.damaged(error.message, error);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#handle);
  }

  #checked(offset: number, length: number): number {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.header.bodyBytes)) {
      throw this.damaged("it points past its end");
    }
    return length;
  }
}
