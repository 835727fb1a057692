import { hasAscii, u8, u32le } from "../audio/integers.ts";
import { oggCrc32 } from "./crc.ts";

/** RFC 3533, 6. */
export const PAGE_HEADER_BYTES = 27;
export const MAX_PAGE_SEGMENTS = 255;
export const MAX_PAGE_BYTES: number = PAGE_HEADER_BYTES + MAX_PAGE_SEGMENTS + MAX_PAGE_SEGMENTS * 255;
export const CAPTURE_PATTERN = "OggS";

const FLAG_CONTINUED = 1;
const FLAG_BOS = 2;
const FLAG_EOS = 4;
const CRC_OFFSET = 22;
const ZERO_CRC = new Uint8Array(4);

export interface PageHeader {
  readonly version: number;
  readonly continued: boolean;
  readonly bos: boolean;
  readonly eos: boolean;
  /** null when no packet ends on the page (all bits set) */
  readonly granule: number | null;
  readonly serial: number;
  readonly sequence: number;
  readonly segments: number;
}

export function hasCapturePattern(bytes: Uint8Array, at: number): boolean {
  return hasAscii(bytes, at, CAPTURE_PATTERN);
}

/** The header fields at `at`; the caller knows that 27 bytes are there. RFC 3533, 6. */
export function parsePageHeader(bytes: Uint8Array, at: number): PageHeader {
  const flags = u8(bytes, at + 5);
  return {
    version: u8(bytes, at + 4),
    continued: (flags & FLAG_CONTINUED) !== 0,
    bos: (flags & FLAG_BOS) !== 0,
    eos: (flags & FLAG_EOS) !== 0,
    granule: granuleAt(bytes, at + 6),
    serial: u32le(bytes, at + 14),
    sequence: u32le(bytes, at + 18),
    segments: u8(bytes, at + 26),
  };
}

/** Bytes of the segment bodies, from the lacing values behind the header at `at`. */
export function pageBodyBytes(bytes: Uint8Array, at: number, segments: number): number {
  let sum = 0;
  for (let i = 0; i < segments; i++) sum += u8(bytes, at + PAGE_HEADER_BYTES + i);
  return sum;
}

/** True when the CRC of the page `bytes[start, end)` is the one that its header states. */
export function hasRightCrc(bytes: Uint8Array, start: number, end: number): boolean {
  return pageCrc(bytes, start, end) === u32le(bytes, start + CRC_OFFSET);
}

/** One page with its CRC. `granule` null writes all bits set. The caller keeps to 255 lacing values. */
export function encodePage(page: {
  readonly continued?: boolean;
  readonly bos?: boolean;
  readonly eos?: boolean;
  readonly granule: bigint | null;
  readonly serial: number;
  readonly sequence: number;
  readonly lacing: readonly number[];
  readonly body: Uint8Array;
}): Uint8Array {
  const bodyStart = PAGE_HEADER_BYTES + page.lacing.length;
  const bytes = Buffer.alloc(bodyStart + page.body.length);
  bytes.write(CAPTURE_PATTERN, 0, "latin1");
  bytes[5] = (page.continued ? FLAG_CONTINUED : 0) | (page.bos ? FLAG_BOS : 0) | (page.eos ? FLAG_EOS : 0);
  bytes.writeBigInt64LE(page.granule ?? -1n, 6);
  bytes.writeUInt32LE(page.serial, 14);
  bytes.writeUInt32LE(page.sequence, 18);
  bytes[26] = page.lacing.length;
  bytes.set(page.lacing, PAGE_HEADER_BYTES);
  bytes.set(page.body, bodyStart);
  bytes.writeUInt32LE(pageCrc(bytes, 0, bytes.length), CRC_OFFSET);
  return bytes;
}

/** The CRC is taken with its own field at zero. */
function pageCrc(bytes: Uint8Array, start: number, end: number): number {
  const head = oggCrc32(bytes, start, start + CRC_OFFSET);
  return oggCrc32(bytes, start + CRC_OFFSET + 4, end, oggCrc32(ZERO_CRC, 0, 4, head));
}

/** A signed 64-bit position. Exact below 2^53; NaN-free, so that hostile values only compare as large. */
function granuleAt(bytes: Uint8Array, at: number): number | null {
  const low = u32le(bytes, at);
  const high = u32le(bytes, at + 4) | 0;
  return high === -1 && low === 0xffff_ffff ? null : high * 0x1_0000_0000 + low;
}
