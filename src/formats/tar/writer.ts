import { FailedError } from "../../core/errors.ts";
import { unsafePathReason } from "../../core/safe-path.ts";
import { MAX_OCTAL_SIZE_BYTES, TAR_BLOCK_BYTES, ustarBlock } from "./header.ts";
import { encodePaxRecords } from "./pax-records.ts";

export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Writes what stands before the bytes of a regular file: one ustar block when the name is ASCII of at most 100 bytes and the
 * size below 8 GiB, else a pax extended header before it (POSIX.1-2001): a block of type `x` called `PaxHeader`, its records
 * `path` and `size` (those of them that are needed) filled to a block, and a ustar block with a stand-in for the name or a
 * size of 0, which pax overrides. The same entry always gives the same bytes.
 * Throws `FailedError` for an unsafe name and `RangeError` for a size that is none.
 */
export function tarEntryHeader({ name, sizeBytes }: TarEntry): Buffer {
  const fault = unsafePathReason(name);
  if (fault !== null) throw new FailedError(`"${name}" cannot stand in a tar: ${fault}`);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    throw new RangeError(`${sizeBytes} is not a size in bytes`);
  const records = new Map<string, string>();
  if (!isUstarName(name)) records.set("path", name);
  if (sizeBytes > MAX_OCTAL_SIZE_BYTES) records.set("size", String(sizeBytes));
  if (records.size === 0) return ustarBlock(Buffer.from(name), sizeBytes, "0");
  const pax = encodePaxRecords(records);
  return Buffer.concat([
    ustarBlock(Buffer.from("PaxHeader"), pax.length, "x"),
    pax,
    tarPaddingBytes(pax.length),
    ustarBlock(standInName(name), records.has("size") ? 0 : sizeBytes, "0"),
  ]);
}

/** Zeros that fill the last block of a file of this size. */
export function tarPaddingBytes(sizeBytes: number): Buffer {
  return Buffer.alloc(bytesTo(sizeBytes, TAR_BLOCK_BYTES));
}

/**
 * The end of an archive (POSIX: two blocks of zeros), and zeros behind it up to a multiple of the piece length, which every
 * reader passes over. `offsetBytes` is where the archive ends so far.
 */
export function tarEndBytes(offsetBytes: number, pieceLengthBytes: number): Buffer {
  const endBytes = 2 * TAR_BLOCK_BYTES;
  return Buffer.alloc(endBytes + bytesTo(offsetBytes + endBytes, pieceLengthBytes));
}

/** Bytes that an entry takes in the archive: header, file and padding. */
export function tarEntrySizeBytes(entry: TarEntry): number {
  return tarEntryHeader(entry).length + entry.sizeBytes + bytesTo(entry.sizeBytes, TAR_BLOCK_BYTES);
}

const MAX_USTAR_NAME_BYTES = 100;

function isUstarName(name: string): boolean {
  return name.length <= MAX_USTAR_NAME_BYTES && /^[ -~]*$/.test(name);
}

/** A name for readers that know no pax: what of it is ASCII, cut to length. */
function standInName(name: string): Buffer {
  return Buffer.from(name.replace(/[^ -~]/gu, "_").slice(0, MAX_USTAR_NAME_BYTES));
}

function bytesTo(offsetBytes: number, multipleBytes: number): number {
  const beyond = offsetBytes % multipleBytes;
  return beyond === 0 ? 0 : multipleBytes - beyond;
}
