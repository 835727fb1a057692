import { u8, u16be } from "./integers.ts";

/** The longest frame header: 4 bytes, 7 of coded number, 2 of block size, 2 of sample rate, 1 of CRC. */
export const MAX_FLAC_FRAME_HEADER_BYTES = 16;

/** RFC 9639, 9.1. */
export interface FlacFrameHeader {
  readonly headerBytes: number;
  /** Blocks of one size: `number` counts frames; else it counts samples. */
  readonly isFixedBlocking: boolean;
  readonly number: number;
  /** Per channel. */
  readonly blockSamples: number;
  /** Codes of sample rate and sample size: the same in all frames of a stream. */
  readonly formatCode: number;
}

/** True when a frame may begin at `at`: sync code 14 bits, a zero, then the blocking bit. RFC 9639, 9.1. */
export function isFlacFrameSync(bytes: Uint8Array, at: number): boolean {
  return u8(bytes, at) === 0xff && (u8(bytes, at + 1) & 0xfe) === 0xf8;
}

/** The header at `at` when all of it is there and its CRC-8 is right, else null. RFC 9639, 9.1. */
export function parseFlacFrameHeader(bytes: Uint8Array, at: number): FlacFrameHeader | null {
  if (!isFlacFrameSync(bytes, at)) return null;
  const third = u8(bytes, at + 2);
  const blockSamples = flacFrameSamples(bytes, at);
  const rateCode = third & 15;
  if (blockSamples === null || rateCode === 15 || (u8(bytes, at + 3) & 1) !== 0) return null;
  const numberBytes = codedNumberBytes(u8(bytes, at + 4));
  const blockBytes = third >>> 4 === 6 ? 1 : third >>> 4 === 7 ? 2 : 0;
  const rateBytes = rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0;
  const crcAt = at + 4 + numberBytes + blockBytes + rateBytes;
  if (crcAt >= bytes.length || crc8(bytes, at, crcAt) !== u8(bytes, crcAt)) return null;
  return {
    headerBytes: crcAt + 1 - at,
    isFixedBlocking: (u8(bytes, at + 1) & 1) === 0,
    number: codedNumber(bytes, at + 4, numberBytes),
    blockSamples,
    formatCode: (rateCode << 8) | (u8(bytes, at + 3) & 0x0e),
  };
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

function codedNumber(bytes: Uint8Array, at: number, length: number): number {
  let number = length === 1 ? u8(bytes, at) : u8(bytes, at) & (0x7f >>> length);
  for (let index = 1; index < length; index++) number = number * 64 + (u8(bytes, at + index) & 0x3f);
  return number;
}

/** Polynomial x⁸ + x² + x + 1, start 0. */
function crc8(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at++) crc = CRC8_TABLE[crc ^ u8(bytes, at)] ?? 0;
  return crc;
}

const CRC8_TABLE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  return crc;
});
