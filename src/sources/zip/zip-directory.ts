import { read } from "node:fs";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import type { Policy } from "../../core/policy.ts";
import { overlapsAnother } from "./overlap.ts";
import { memberRefusal, type ZipRefusal } from "./zip-refusal.ts";

export type IntakeLimits = Policy["intake"];

/** A member that may be read. */
export interface ZipMember {
  /** Its name in the container, byte for byte. */
  readonly name: Buffer;
  readonly sizeBytes: number;
  readonly compressedBytes: number;
  /** 0 stored, 8 deflated (APPNOTE 6.3.10, 4.4.5). */
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly headerOffsetBytes: number;
}

export interface RefusedMember {
  readonly name: Buffer;
  /** What the directory says; nothing proves it. */
  readonly sizeBytes: number;
  readonly reason: ZipRefusal;
  readonly detail: string;
}

export type ZipDirectory =
  | { readonly ok: true; readonly members: readonly ZipMember[]; readonly refused: readonly RefusedMember[] }
  | {
      readonly ok: false;
      readonly reason: "zip-damaged" | "zip-encrypted" | "zip-too-many-members" | "zip-entries-overlap";
      readonly detail: string;
    };

/**
 * Reads the central directory of a zip (PKWARE APPNOTE 6.3.10) without trusting it: names, sizes and places are checked,
 * and nothing is inflated. Folders are left out. `zipBytes` is the size of the file behind `fd`.
 */
export async function readZipDirectory(
  fd: number,
  zipBytes: number,
  limits: IntakeLimits,
): Promise<ZipDirectory> {
  let zip: ZipFile;
  try {
    const options = { decodeStrings: false, autoClose: false, validateEntrySizes: true } as const;
    zip = await fromRandomAccessReaderPromise(new WindowReader(fd), zipBytes, options);
  } catch (error) {
    return { ok: false, reason: "zip-damaged", detail: detailOf(error) };
  }
  if (zip.entryCount > limits.maxContainerMembers) {
    const detail = `${zip.entryCount} members, ${limits.maxContainerMembers} allowed`;
    return { ok: false, reason: "zip-too-many-members", detail };
  }
  const members: ZipMember[] = [];
  const refused: RefusedMember[] = [];
  const names = new Set<string>();
  try {
    for await (const entry of zip.eachEntry()) {
      const name = Buffer.from(entry.fileNameRaw);
      if (name.at(-1) === 0x2f && entry.uncompressedSize === 0) continue;
      const refusal = memberRefusal(entry, zipBytes, limits, names);
      if (refusal) refused.push({ name, sizeBytes: declaredSize(entry), ...refusal });
      else members.push(memberOf(entry, name));
    }
  } catch (error) {
    const detail = detailOf(error);
    return { ok: false, reason: /encrypt/.test(detail) ? "zip-encrypted" : "zip-damaged", detail };
  }
  const overlap = overlapsAnother(members);
  if (overlap) {
    const detail = `${members.length} members, and two share bytes of the file`;
    return { ok: false, reason: "zip-entries-overlap", detail };
  }
  return { ok: true, members, refused };
}

function memberOf(entry: Entry, name: Buffer): ZipMember {
  return {
    name,
    sizeBytes: entry.uncompressedSize,
    compressedBytes: entry.compressedSize,
    method: entry.compressionMethod === 0 ? 0 : 8,
    crc32: entry.crc32,
    headerOffsetBytes: entry.relativeOffsetOfLocalHeader,
  };
}

function declaredSize(entry: Entry): number {
  return Number.isSafeInteger(entry.uncompressedSize) ? entry.uncompressedSize : Number.MAX_SAFE_INTEGER;
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200);
}

const WINDOW_BYTES = 65_536;

/** Reads the directory through a window: entries are some dozens of bytes each, system calls are not. */
class WindowReader extends RandomAccessReader {
  readonly #fd: number;
  readonly #window: Buffer = Buffer.allocUnsafe(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(fd: number) {
    super();
    this.#fd = fd;
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position >= this.#start && position + length <= this.#start + this.#length) {
      this.#window.copy(target, offset, position - this.#start, position - this.#start + length);
      // Not at once: the library has not put its listeners in place yet.
      process.nextTick(callback, null);
      return;
    }
    const large = length > WINDOW_BYTES;
    const into = large ? target : this.#window;
    const at = large ? offset : 0;
    read(this.#fd, into, at, large ? length : WINDOW_BYTES, position, (error, bytesRead) => {
      if (!large && !error) {
        this.#start = position;
        this.#length = bytesRead;
        this.#window.copy(target, offset, 0, Math.min(length, bytesRead));
      }
      callback(error ?? (bytesRead < length ? new Error("the file ends too early") : null));
    });
  }
}
