import { u8, u16be, u24be, u32be } from "./integers.ts";
import { type Mp4Box, mp4Boxes } from "./mp4-box.ts";

/** What the sample description of an audio track says of its codec. */
export interface Mp4SampleEntry {
  /** `aac`, `alac`, `mp3`, `opus`, `flac`, `ac-3`, `ec-3`, `encrypted`, or the entry's own four characters */
  readonly codec: string;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  /** null for lossy codecs */
  readonly bitsPerSample: number | null;
  readonly averageBitrateBps: number | null;
}

const PROTECTED_ENTRIES = new Set(["enca", "drms"]);
const PLAIN_CODECS: ReadonlyMap<string, string> = new Map([
  ["Opus", "opus"],
  ["fLaC", "flac"],
  ["ac-3", "ac-3"],
  ["ec-3", "ec-3"],
]);
const AAC_SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];
const AOT_SBR = 5;
const AOT_PS = 29;

/** The first entry of an `stsd` box. ISO/IEC 14496-12, 8.5.2 and 12.2.3; versions 1 and 2 are QuickTime's. */
export function parseMp4SampleEntry(bytes: Uint8Array, stsd: Mp4Box): Mp4SampleEntry | null {
  const entry = mp4Boxes(bytes, stsd.start + 8, stsd.end)[0];
  if (entry === undefined || entry.end - entry.start < 28) return null;
  if (PROTECTED_ENTRIES.has(entry.type)) return plain("encrypted", null, null);
  const version = u16be(bytes, entry.start + 8);
  const extraBytes = version === 1 ? 16 : version === 2 ? 36 : 0;
  const channels = u16be(bytes, entry.start + 16) || null;
  const sampleRateHz = u16be(bytes, entry.start + 24) || null;
  const children = mp4Boxes(bytes, entry.start + 28 + extraBytes, entry.end);
  if (entry.type === "alac") return alacEntry(bytes, children) ?? plain("alac", sampleRateHz, channels);
  if (entry.type === "mp4a") return mp4aEntry(bytes, children, sampleRateHz, channels);
  return plain(PLAIN_CODECS.get(entry.type) ?? entry.type.trim(), sampleRateHz, channels);
}

function plain(codec: string, sampleRateHz: number | null, channels: number | null): Mp4SampleEntry {
  return { codec, sampleRateHz, channels, bitsPerSample: null, averageBitrateBps: null };
}

/** The ALACSpecificConfig behind version and flags, either here or inside QuickTime's `wave`. */
function alacEntry(bytes: Uint8Array, children: readonly Mp4Box[]): Mp4SampleEntry | null {
  const box = children.find((child) => child.type === "alac") ?? insideWave(bytes, children, "alac");
  if (box === null || box.end - box.start < 28) return null;
  const at = box.start + 4;
  return {
    codec: "alac",
    sampleRateHz: u32be(bytes, at + 20) || null,
    channels: u8(bytes, at + 9) || null,
    bitsPerSample: u8(bytes, at + 5) || null,
    averageBitrateBps: u32be(bytes, at + 16) || null,
  };
}

function insideWave(bytes: Uint8Array, children: readonly Mp4Box[], type: string): Mp4Box | null {
  const wave = children.find((child) => child.type === "wave");
  if (wave === undefined) return null;
  return mp4Boxes(bytes, wave.start, wave.end).find((box) => box.type === type) ?? null;
}

function mp4aEntry(
  bytes: Uint8Array,
  children: readonly Mp4Box[],
  sampleRateHz: number | null,
  channels: number | null,
): Mp4SampleEntry {
  const esds = children.find((child) => child.type === "esds") ?? insideWave(bytes, children, "esds");
  const config = esds === null ? null : decoderConfig(bytes, esds.start + 4, esds.end);
  if (config === null) return plain("aac", sampleRateHz, channels);
  const codec = codecOf(config.objectType);
  const aac = codec === "aac" ? audioSpecificConfig(bytes, config.start, config.end) : null;
  return {
    codec,
    sampleRateHz: aac?.sampleRateHz ?? sampleRateHz,
    channels: aac?.channels ?? channels,
    bitsPerSample: null,
    averageBitrateBps: config.averageBitrateBps || null,
  };
}

/** Object type indications, ISO/IEC 14496-1, table 5. */
function codecOf(objectType: number): string {
  if (objectType === 0x40 || (objectType >= 0x66 && objectType <= 0x68)) return "aac";
  if (objectType === 0x69 || objectType === 0x6b) return "mp3";
  return `mp4a.${objectType.toString(16)}`;
}

/** ES descriptor, in it the decoder configuration, in it the codec's own bytes. ISO/IEC 14496-1, 7.2.6. */
function decoderConfig(
  bytes: Uint8Array,
  start: number,
  end: number,
): { objectType: number; averageBitrateBps: number; start: number; end: number } | null {
  const stream = descriptor(bytes, start, end);
  if (stream === null || stream.tag !== 3) return null;
  const flags = u8(bytes, stream.start + 2);
  let at = stream.start + 3;
  if ((flags & 0x80) !== 0) at += 2;
  if ((flags & 0x40) !== 0) at += 1 + u8(bytes, at);
  if ((flags & 0x20) !== 0) at += 2;
  const config = descriptor(bytes, at, stream.end);
  if (config === null || config.tag !== 4 || config.end - config.start < 13) return null;
  const specific = descriptor(bytes, config.start + 13, config.end);
  return {
    objectType: u8(bytes, config.start),
    averageBitrateBps: u32be(bytes, config.start + 9),
    start: specific?.start ?? config.end,
    end: specific?.end ?? config.end,
  };
}

/** A tag, a size of up to four times seven bits, the contents (clipped to the bytes there are). */
function descriptor(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly tag: number; readonly start: number; readonly end: number } | null {
  let sizeBytes = 0;
  for (let at = start + 1; at < Math.min(end, start + 5); at++) {
    const byte = u8(bytes, at);
    sizeBytes = sizeBytes * 128 + (byte & 127);
    if (byte < 128) return { tag: u8(bytes, start), start: at + 1, end: Math.min(end, at + 1 + sizeBytes) };
  }
  return null;
}

/** ISO/IEC 14496-3, 1.6.2.1: object type, rate, channels; with SBR named first, the rate that comes out. */
function audioSpecificConfig(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly sampleRateHz: number | null; readonly channels: number | null } | null {
  if (end - start < 2) return null;
  let bit = start * 8;
  const read = (bits: number): number => {
    const window = u32be(bytes, bit >>> 3);
    const value = (window << (bit & 7)) >>> (32 - bits);
    bit += bits;
    return value;
  };
  const readRate = (): number | null => {
    const index = read(4);
    if (index !== 15) return AAC_SAMPLE_RATES[index] ?? null;
    const rate = u24be(Uint8Array.of(read(8), read(8), read(8)), 0);
    return rate === 0 ? null : rate;
  };
  const objectType = read(5);
  if (objectType === 31) read(6);
  const coreRate = readRate();
  const configuration = read(4);
  const outputRate = objectType === AOT_SBR || objectType === AOT_PS ? readRate() : coreRate;
  const channels = configuration === 0 || configuration > 7 ? null : configuration === 7 ? 8 : configuration;
  return { sampleRateHz: outputRate, channels: objectType === AOT_PS && channels === 1 ? 2 : channels };
}
