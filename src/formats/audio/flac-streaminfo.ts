import { u8, u16be, u24be, u32be } from "./integers.ts";

/** RFC 9639, 8.2. Zero sizes and a null total mean that the encoder did not know. */
export interface FlacStreamInfo {
  readonly minBlockSamples: number;
  readonly maxBlockSamples: number;
  readonly minFrameBytes: number;
  readonly maxFrameBytes: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly totalSamples: number | null;
  /** hex; null when the encoder left it at zero, that is, did not compute it */
  readonly md5: string | null;
}

export const STREAMINFO_BYTES = 34;

/** The 34 bytes of a STREAMINFO block at `at`, or null when they are missing or cannot be. */
export function parseFlacStreamInfo(bytes: Uint8Array, at = 0): FlacStreamInfo | null {
  if (bytes.length < at + STREAMINFO_BYTES) return null;
  const packed = u32be(bytes, at + 10);
  const sampleRateHz = packed >>> 12;
  const minBlockSamples = u16be(bytes, at);
  const maxBlockSamples = u16be(bytes, at + 2);
  if (sampleRateHz === 0 || minBlockSamples > maxBlockSamples || maxBlockSamples < 16) return null;
  const totalSamples = (u8(bytes, at + 13) & 0x0f) * 0x1_0000_0000 + u32be(bytes, at + 14);
  const md5 = Buffer.from(bytes.subarray(at + 18, at + STREAMINFO_BYTES)).toString("hex");
  return {
    minBlockSamples,
    maxBlockSamples,
    minFrameBytes: u24be(bytes, at + 4),
    maxFrameBytes: u24be(bytes, at + 7),
    sampleRateHz,
    channels: ((packed >>> 9) & 7) + 1,
    bitsPerSample: ((packed >>> 4) & 31) + 1,
    totalSamples: totalSamples === 0 ? null : totalSamples,
    md5: /^0+$/.test(md5) ? null : md5,
  };
}
