import type { Entry } from "yauzl";
import type { Policy } from "../../core/policy.ts";
import { unsafeBytesReason } from "../files/regular-file.ts";

/** Why one member of a zip is not read. */
export type ZipRefusal =
  | "unsafe-member-name"
  | "duplicate-member-name"
  | "member-encrypted"
  | "member-method-unknown"
  | "member-too-large"
  | "zip-bomb";

export interface MemberRefusal {
  readonly reason: ZipRefusal;
  readonly detail: string;
}

const STORED = 0;
const DEFLATED = 8;
const MAX_NAME_BYTES = 4096;

/** Judges one entry of a central directory; `names` collects the names met so far, as Latin-1. */
export function memberRefusal(
  entry: Entry,
  zipBytes: number,
  limits: Policy["intake"],
  names: Set<string>,
): MemberRefusal | null {
  const unsafe = unsafeNameReason(entry.fileNameRaw);
  if (unsafe !== null) return { reason: "unsafe-member-name", detail: unsafe };
  const name = entry.fileNameRaw.toString("latin1");
  if (names.has(name)) {
    return { reason: "duplicate-member-name", detail: "an earlier member has the same name" };
  }
  names.add(name);
  if ((entry.generalPurposeBitFlag & 1) !== 0) return { reason: "member-encrypted", detail: "encrypted" };
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    return { reason: "member-method-unknown", detail: `compression method ${entry.compressionMethod}` };
  }
  const { uncompressedSize, compressedSize } = entry;
  if (!Number.isSafeInteger(uncompressedSize) || uncompressedSize > limits.maxMemberBytes) {
    const detail = `${uncompressedSize} bytes, ${limits.maxMemberBytes} allowed`;
    return { reason: "member-too-large", detail };
  }
  if (compressedSize > zipBytes || uncompressedSize > compressedSize * limits.maxExpansionRatio) {
    return { reason: "zip-bomb", detail: `${compressedSize} bytes that claim to hold ${uncompressedSize}` };
  }
  return null;
}

function unsafeNameReason(name: Buffer): string | null {
  if (name.length > MAX_NAME_BYTES) return "name too long";
  if (name.includes(0x5c)) return "name with a backslash";
  if (/^[A-Za-z]:/.test(name.subarray(0, 2).toString("latin1"))) return "name with a drive";
  return unsafeBytesReason(name);
}
