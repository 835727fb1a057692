import { parseFlacStreamInfo } from "../audio/flac-streaminfo.ts";
import { hasAscii, u8, u16le, u32le } from "../audio/integers.ts";
import { parseOpusHead } from "./opus-head.ts";

export type OggCodec = "vorbis" | "opus" | "flac" | "speex";

/** What the first packet of a logical stream says the stream is. */
export type StreamHeader = AudioStreamHeader | OtherStreamHeader;

export interface AudioStreamHeader {
  readonly kind: "audio";
  readonly codec: OggCodec;
  /** the rate of the granule position: 48,000 for Opus, whatever was put in */
  readonly sampleRateHz: number;
  readonly channels: number;
  /** bits per second, as the encoder was told; null when not stated */
  readonly nominalBitrateBps: number | null;
  /** samples to drop from the start of the decoded output; null except for Opus */
  readonly preSkipSamples: number | null;
  readonly bitsPerSample: number | null;
  /** Vorbis: samples of the short and of the long block */
  readonly blockSamples: readonly [number, number] | null;
  /** Speex: samples per packet */
  readonly packetSamples: number | null;
  /** packets before the first audio packet; null when they are told by their content (FLAC) */
  readonly headerPackets: number | null;
}

export interface OtherStreamHeader {
  readonly kind: "video" | "text" | "metadata" | "audio-unsupported" | "unknown";
  readonly codec: string;
}

const OTHER_STREAMS: readonly (readonly [magic: string, codec: string, kind: OtherStreamHeader["kind"]])[] = [
  ["\x80theora", "theora", "video"],
  ["fishead\0", "skeleton", "metadata"],
  ["\x80kate\0\0\0", "kate", "text"],
  ["CMML\0\0\0\0", "cmml", "text"],
  ["BBCD\0", "dirac", "video"],
  ["OVP80", "vp8", "video"],
  ["\x80daala", "daala", "video"],
  ["\x8bJNG\r\n\x1a\n", "jng", "video"],
  ["\x8aMNG\r\n\x1a\n", "mng", "video"],
  ["PCM     ", "pcm", "audio-unsupported"],
  ["CELT    ", "celt", "audio-unsupported"],
  ["OggMIDI\0", "midi", "audio-unsupported"],
];

/** Names the stream of a first packet. A known magic with impossible fields behind it is `unknown`. */
export function identifyStream(packet: Uint8Array): StreamHeader {
  const audio = vorbisHeader(packet) ?? opusHeader(packet) ?? flacHeader(packet) ?? speexHeader(packet);
  if (audio !== null) return audio;
  for (const [magic, codec, kind] of OTHER_STREAMS) {
    if (hasAscii(packet, 0, magic)) return { kind, codec };
  }
  return { kind: "unknown", codec: "unknown" };
}

/** Vorbis I, 4.2.2. */
function vorbisHeader(packet: Uint8Array): AudioStreamHeader | null {
  if (packet.length < 30 || !hasAscii(packet, 0, "\x01vorbis") || u32le(packet, 7) !== 0) return null;
  const channels = u8(packet, 11);
  const sampleRateHz = u32le(packet, 12);
  const nominal = u32le(packet, 20) | 0;
  const short = u8(packet, 28) & 15;
  const long = u8(packet, 28) >>> 4;
  if (channels === 0 || sampleRateHz === 0 || short < 6 || long > 13 || short > long) return null;
  if ((u8(packet, 29) & 1) === 0) return null;
  return {
    kind: "audio",
    codec: "vorbis",
    sampleRateHz,
    channels,
    nominalBitrateBps: nominal > 0 ? nominal : null,
    preSkipSamples: null,
    bitsPerSample: null,
    blockSamples: [1 << short, 1 << long],
    packetSamples: null,
    headerPackets: 3,
  };
}

/** RFC 7845, 5.1. */
function opusHeader(packet: Uint8Array): AudioStreamHeader | null {
  const head = parseOpusHead(packet);
  if (head === null) return null;
  return {
    kind: "audio",
    codec: "opus",
    sampleRateHz: 48_000,
    channels: head.channels,
    nominalBitrateBps: null,
    preSkipSamples: head.preSkipSamples,
    bitsPerSample: null,
    blockSamples: null,
    packetSamples: null,
    headerPackets: 2,
  };
}

/** RFC 9639, 10.1: 0x7F FLAC, version, header packet count, fLaC, the STREAMINFO block with its header. */
function flacHeader(packet: Uint8Array): AudioStreamHeader | null {
  if (!hasAscii(packet, 0, "\x7fFLAC") || u8(packet, 5) !== 1 || !hasAscii(packet, 9, "fLaC")) return null;
  const info = parseFlacStreamInfo(packet, 17);
  if (info === null || (u8(packet, 13) & 0x7f) !== 0) return null;
  return {
    kind: "audio",
    codec: "flac",
    sampleRateHz: info.sampleRateHz,
    channels: info.channels,
    nominalBitrateBps: null,
    preSkipSamples: null,
    bitsPerSample: info.bitsPerSample,
    blockSamples: null,
    packetSamples: null,
    headerPackets: null,
  };
}

/** The Speex manual, "Ogg file format": an 80-byte header of little-endian 32-bit fields. */
function speexHeader(packet: Uint8Array): AudioStreamHeader | null {
  if (packet.length < 80 || !hasAscii(packet, 0, "Speex   ")) return null;
  const sampleRateHz = u32le(packet, 36);
  const channels = u32le(packet, 48);
  const nominal = u32le(packet, 52) | 0;
  const frameSamples = u32le(packet, 56);
  const framesPerPacket = u32le(packet, 64);
  if (sampleRateHz === 0 || sampleRateHz > 192_000 || channels < 1 || channels > 2) return null;
  if (frameSamples === 0 || frameSamples > 4096 || framesPerPacket === 0 || framesPerPacket > 10) return null;
  return {
    kind: "audio",
    codec: "speex",
    sampleRateHz,
    channels,
    nominalBitrateBps: nominal > 0 ? nominal : null,
    preSkipSamples: null,
    bitsPerSample: null,
    blockSamples: null,
    packetSamples: frameSamples * framesPerPacket,
    headerPackets: 2 + Math.min(u16le(packet, 68), 16),
  };
}
