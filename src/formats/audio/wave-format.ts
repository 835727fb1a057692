import { u16le, u32le } from "./integers.ts";

/** The `fmt ` chunk of a WAVE file. RIFF MCI, WAVE; WAVEFORMATEXTENSIBLE. */
export interface WaveFormat {
  /** `pcm`, `pcm-float`, `alaw`, `mulaw`, `adpcm`, `mp3`, or `wave-0x….` */
  readonly codec: string;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bytesPerSecond: number;
  /** bytes of one sample of all channels (of one block for packed codecs) */
  readonly blockBytes: number;
  readonly bitsPerSample: number | null;
}

const EXTENSIBLE = 0xfffe;
const CODECS: ReadonlyMap<number, string> = new Map([
  [0x0001, "pcm"],
  [0x0002, "adpcm"],
  [0x0003, "pcm-float"],
  [0x0006, "alaw"],
  [0x0007, "mulaw"],
  [0x0011, "adpcm"],
  [0x0055, "mp3"],
]);

/** Null when the chunk is too short or its fields cannot be. */
export function parseWaveFormat(chunk: Uint8Array): WaveFormat | null {
  if (chunk.length < 14) return null;
  const tag = u16le(chunk, 0);
  const format = tag === EXTENSIBLE && chunk.length >= 26 ? u16le(chunk, 24) : tag;
  const channels = u16le(chunk, 2);
  const sampleRateHz = u32le(chunk, 4);
  const blockBytes = u16le(chunk, 12);
  const bits = chunk.length >= 16 ? u16le(chunk, 14) : 0;
  if (channels === 0 || sampleRateHz === 0 || blockBytes === 0) return null;
  const codec = CODECS.get(format) ?? `wave-0x${format.toString(16).padStart(4, "0")}`;
  const bytesPerSecond = u32le(chunk, 8);
  if (isLinear(codec) && (bits === 0 || blockBytes !== channels * Math.ceil(bits / 8))) return null;
  // Two of the fields follow from the others: the only check that a WAVE file has on what it says of itself.
  if (isLinear(codec) && bytesPerSecond !== sampleRateHz * blockBytes) return null;
  return {
    codec,
    channels,
    sampleRateHz,
    bytesPerSecond,
    blockBytes,
    bitsPerSample: isLinear(codec) ? bits : null,
  };
}

/** Samples per channel in so many bytes; for packed codecs what the `fact` chunk says, or null. */
export function waveSamples(
  format: WaveFormat,
  dataBytes: number,
  factSamples: number | null,
): number | null {
  return isFixedSize(format) ? Math.floor(dataBytes / format.blockBytes) : factSamples;
}

/** True when every sample takes `blockBytes`. */
export function isFixedSize(format: WaveFormat): boolean {
  return isLinear(format.codec) || format.codec === "alaw" || format.codec === "mulaw";
}

function isLinear(codec: string): boolean {
  return codec === "pcm" || codec === "pcm-float";
}
