import { u8, u16be } from "./integers.ts";

/** The longest frame header: 4 bytes, 7 of coded number, 2 of block size, 2 of sample rate, 1 of CRC. */
export const MAX_FLAC_FRAME_HEADER_BYTES = 16;

/** True when a frame may begin at `at`: sync code 14 bits, a zero, then the blocking bit. RFC 9639, 9.1. */
export function isFlacFrameSync(bytes: Uint8Array, at: number): boolean {
  return u8(bytes, at) === 0xff && (u8(bytes, at + 1) & 0xfe) === 0xf8;
}

/** Samples per channel of the frame whose header stands at `at`, or null when it is none. RFC 9639, 9.1.1. */
export function flacFrameSamples(bytes: Uint8Array, at: number): number | null {
  if (!isFlacFrameSync(bytes, at)) return null;
  const code = u8(bytes, at + 2) >>> 4;
  if (code === 0) return null;
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  if (code >= 8) return 256 << (code - 8);
  const afterNumber = at + 4 + codedNumberBytes(u8(bytes, at + 4));
  return code === 6 ? u8(bytes, afterNumber) + 1 : u16be(bytes, afterNumber) + 1;
}

/** The UTF-8-like coding of frame and sample numbers: the leading ones of the first byte give its length. */
function codedNumberBytes(first: number): number {
  if (first < 0x80) return 1;
  let bytes = 0;
  for (let mask = 0x80; (first & mask) !== 0; mask >>>= 1) bytes++;
  return Math.max(bytes, 1);
}
