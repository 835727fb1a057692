import { flacFrameSamples, MAX_FLAC_FRAME_HEADER_BYTES } from "../audio/flac-frame.ts";
import { u8 } from "../audio/integers.ts";
import type { AudioStreamHeader } from "./stream-header.ts";

/** As many bytes of an audio packet as `PacketSampleCounter` needs to see. */
export const PACKET_HEAD_BYTES: number = MAX_FLAC_FRAME_HEADER_BYTES;

/** 120 ms at 48 kHz, the longest that one Opus packet may last. RFC 6716, 3.2.5, R5. */
const MAX_OPUS_PACKET_SAMPLES = 5760;

/** Says how many samples per channel each audio packet of one stream decodes to, from its first bytes. */
export class PacketSampleCounter {
  readonly #header: AudioStreamHeader;
  readonly #longBlockOfMode: readonly boolean[] | null;
  #previousBlockSamples = 0;

  /** `longBlockOfMode`: the modes of a Vorbis set-up header (`parseVorbisModes`), null when not known. */
  constructor(header: AudioStreamHeader, longBlockOfMode: readonly boolean[] | null) {
    this.#header = header;
    this.#longBlockOfMode = longBlockOfMode;
  }

  /** Null when the packet does not tell. */
  count(head: Uint8Array, at: number, packetBytes: number): number | null {
    switch (this.#header.codec) {
      case "vorbis":
        return this.#countVorbis(head, at, packetBytes);
      case "opus":
        return opusPacketSamples(head, at, packetBytes);
      case "flac":
        return flacFrameSamples(head, at);
      case "speex":
        return this.#header.packetSamples;
    }
  }

  /** Vorbis I, 4.3.1 and 4.3.8: overlapping halves, so the first packet gives nothing. */
  #countVorbis(head: Uint8Array, at: number, packetBytes: number): number | null {
    const modes = this.#longBlockOfMode;
    const blockSamples = this.#header.blockSamples;
    if (modes === null || blockSamples === null) return null;
    const first = u8(head, at);
    // An empty packet and one that is marked as no audio are skipped by decoders.
    if (packetBytes === 0 || (first & 1) !== 0) return 0;
    const modeBits = 32 - Math.clz32(modes.length - 1);
    const long = modes[(first >>> 1) & ((1 << modeBits) - 1)];
    if (long === undefined) return null;
    const samples = blockSamples[long ? 1 : 0];
    const previous = this.#previousBlockSamples;
    this.#previousBlockSamples = samples;
    return previous === 0 ? 0 : (previous + samples) / 4;
  }
}

/** RFC 6716, 3.1: frame length from the configuration, frame count from the code, both in the first bytes. */
export function opusPacketSamples(packet: Uint8Array, at: number, packetBytes: number): number | null {
  if (packetBytes === 0) return null;
  const toc = u8(packet, at);
  const code = toc & 3;
  if (code === 3 && packetBytes < 2) return null;
  const frames = code === 0 ? 1 : code === 3 ? u8(packet, at + 1) & 0x3f : 2;
  const samples = frames * opusFrameSamples(toc >>> 3);
  return samples === 0 || samples > MAX_OPUS_PACKET_SAMPLES ? null : samples;
}

function opusFrameSamples(configuration: number): number {
  if (configuration >= 16) return 120 << (configuration & 3);
  if (configuration >= 12) return 480 << (configuration & 1);
  return (configuration & 3) === 3 ? 2880 : 480 << (configuration & 3);
}
