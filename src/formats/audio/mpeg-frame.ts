import { u8 } from "./integers.ts";

/** The header of one MPEG audio frame. ISO/IEC 11172-3, 2.4.1.3; 13818-3; "2.5" is a common extension. */
export interface MpegFrameHeader {
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  readonly hasCrc: boolean;
  readonly bitrateKbps: number;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** of the frame, header included */
  readonly frameBytes: number;
  readonly samplesPerFrame: number;
}

export const MPEG_HEADER_BYTES = 4;
/** Layer II at 384 kbit/s and 32 kHz; at 8 kHz (version 2.5) layer II at 160 kbit/s is longer. */
export const MAX_MPEG_FRAME_BYTES = 2881;

const BITRATES_V1: Readonly<Record<1 | 2 | 3, readonly number[]>> = {
  1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
};
const BITRATES_V2_LAYER1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
const BITRATES_V2_LAYER23 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES_V1 = [44_100, 48_000, 32_000];

/**
 * The header at `at`, or null when there is none. Frames of free format (no bit rate stated) are not
 * recognised: their length cannot be told from the header.
 */
export function parseMpegFrame(bytes: Uint8Array, at: number): MpegFrameHeader | null {
  if (at + MPEG_HEADER_BYTES > bytes.length) return null;
  const second = u8(bytes, at + 1);
  if (u8(bytes, at) !== 0xff || (second & 0xe0) !== 0xe0) return null;
  const version = versionOf((second >>> 3) & 3);
  const layer = layerOf((second >>> 1) & 3);
  const third = u8(bytes, at + 2);
  const rateIndex = (third >>> 2) & 3;
  const fourth = u8(bytes, at + 3);
  if (version === null || layer === null || rateIndex === 3 || (fourth & 3) === 2) return null;
  const bitrates =
    version === 1 ? BITRATES_V1[layer] : layer === 1 ? BITRATES_V2_LAYER1 : BITRATES_V2_LAYER23;
  const bitrateKbps = bitrates[third >>> 4] ?? 0;
  if (bitrateKbps === 0) return null;
  const sampleRateHz = (SAMPLE_RATES_V1[rateIndex] ?? 0) / (version === 1 ? 1 : version === 2 ? 2 : 4);
  const padding = (third >>> 1) & 1;
  const samplesPerFrame = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((samplesPerFrame / 8 / slotBytes) * ((bitrateKbps * 1000) / sampleRateHz));
  return {
    version,
    layer,
    hasCrc: (second & 1) === 0,
    bitrateKbps,
    sampleRateHz,
    channels: fourth >>> 6 === 3 ? 1 : 2,
    frameBytes: (slots + padding) * slotBytes,
    samplesPerFrame,
  };
}

/** True when two frames can belong to one stream. */
export function isSameMpegStream(a: MpegFrameHeader, b: MpegFrameHeader): boolean {
  return a.version === b.version && a.layer === b.layer && a.sampleRateHz === b.sampleRateHz;
}

function versionOf(bits: number): 1 | 2 | 2.5 | null {
  return bits === 3 ? 1 : bits === 2 ? 2 : bits === 0 ? 2.5 : null;
}

function layerOf(bits: number): 1 | 2 | 3 | null {
  return bits === 3 ? 1 : bits === 2 ? 2 : bits === 1 ? 3 : null;
}
