import { hasAscii, u8, u32le } from "./integers.ts";

const ID3V1_BYTES = 128;
const ID3V1_EXTENDED_BYTES = 227;
const APE_FRAME_BYTES = 32;
const APE_HEADER_FLAG = 0x20;
const LYRICS3_END = "LYRICS200";
const LYRICS3_V1_END = "LYRICSEND";

/** As many bytes as have to be seen to know an APEv2 header. */
export const APE_HEADER_BYTES: number = APE_FRAME_BYTES;

/** Bytes of the APEv2 tag whose header stands at `at`; 0 when none does. APEv2 specification, header. */
export function apeTagBytes(bytes: Uint8Array, at: number): number {
  if (bytes.length < at + APE_FRAME_BYTES || !hasAscii(bytes, at, "APETAGEX")) return 0;
  const isHeader = (u8(bytes, at + 23) & APE_HEADER_FLAG) !== 0;
  return isHeader ? APE_FRAME_BYTES + u32le(bytes, at + 12) : 0;
}

/**
 * How many bytes at the end of `bytes` (the end of a file) are tags: ID3v1 with its extension, Lyrics3,
 * APEv2 by its footer, in any order, as long as one lies right before the other.
 */
export function trailingTagBytes(bytes: Uint8Array): number {
  let end = bytes.length;
  for (;;) {
    const tagBytes = id3v1Before(bytes, end) || lyrics3Before(bytes, end) || apeBefore(bytes, end);
    if (tagBytes === 0) return bytes.length - end;
    end -= tagBytes;
  }
}

function id3v1Before(bytes: Uint8Array, end: number): number {
  if (end < ID3V1_BYTES || !hasAscii(bytes, end - ID3V1_BYTES, "TAG")) return 0;
  const extended = ID3V1_BYTES + ID3V1_EXTENDED_BYTES;
  return end >= extended && hasAscii(bytes, end - extended, "TAG+") ? extended : ID3V1_BYTES;
}

/** Version 2 has its size in six digits before the end mark; version 1 is at most 5,100 characters long. */
function lyrics3Before(bytes: Uint8Array, end: number): number {
  const markAt = end - LYRICS3_END.length;
  if (markAt < 0) return 0;
  if (hasAscii(bytes, markAt, LYRICS3_END)) {
    const digits = Buffer.from(bytes.subarray(Math.max(0, markAt - 6), markAt)).toString("latin1");
    const tagBytes = /^[0-9]{6}$/.test(digits) ? Number(digits) + 6 + LYRICS3_END.length : 0;
    return tagBytes <= end && hasAscii(bytes, end - tagBytes, "LYRICSBEGIN") ? tagBytes : 0;
  }
  if (!hasAscii(bytes, markAt, LYRICS3_V1_END)) return 0;
  const window = Buffer.from(bytes.subarray(Math.max(0, markAt - 5120), markAt));
  const begin = window.lastIndexOf("LYRICSBEGIN", undefined, "latin1");
  return begin < 0 ? 0 : window.length - begin + LYRICS3_V1_END.length;
}

function apeBefore(bytes: Uint8Array, end: number): number {
  const footerAt = end - APE_FRAME_BYTES;
  if (footerAt < 0 || !hasAscii(bytes, footerAt, "APETAGEX")) return 0;
  const flags = u8(bytes, footerAt + 23);
  const hasHeader = (flags & 0x80) !== 0;
  const tagBytes = u32le(bytes, footerAt + 12) + (hasHeader ? APE_FRAME_BYTES : 0);
  return (flags & APE_HEADER_FLAG) === 0 && tagBytes >= APE_FRAME_BYTES && tagBytes <= end ? tagBytes : 0;
}
