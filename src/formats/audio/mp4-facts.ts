import { meanBitrateKbps } from "./mean-bitrate.ts";
import { mp4BoxHeader } from "./mp4-box.ts";
import { type Mp4AudioTrack, parseMp4Movie } from "./mp4-movie.ts";
import type { TechnicalFacts } from "./technical-facts.ts";

const MAX_TOP_LEVEL_BOXES = 1000;

/** Walks the top-level boxes from the head, over what lies between, into the tail, until it meets `moov`. */
export function mp4Facts(head: Uint8Array, tail: Uint8Array, sizeBytes: number): TechnicalFacts | null {
  const tailOffset = sizeBytes - tail.length;
  let mediaBytes = 0;
  let audio: Mp4AudioTrack | null = null;
  let at = 0;
  for (let boxes = 0; boxes < MAX_TOP_LEVEL_BOXES && at + 8 <= sizeBytes; boxes++) {
    const inHead = at + 16 <= head.length || sizeBytes <= head.length;
    if (!inHead && at < tailOffset) break;
    const bytes = inHead ? head : tail;
    const start = inHead ? at : at - tailOffset;
    const header = mp4BoxHeader(bytes, start);
    const boxBytes = header.sizeBytes === 0 ? sizeBytes - at : header.sizeBytes;
    if (boxBytes < header.headerBytes) break;
    if (header.type === "mdat") mediaBytes += Math.min(boxBytes, sizeBytes - at) - header.headerBytes;
    if (header.type === "moov" && audio === null) {
      const contents = start + header.headerBytes;
      audio = parseMp4Movie(bytes, contents, Math.min(start + boxBytes, bytes.length)).audio;
    }
    at += boxBytes;
  }
  return audio === null ? null : factsOf(audio, mediaBytes, sizeBytes);
}

function factsOf(audio: Mp4AudioTrack, mediaBytes: number, sizeBytes: number): TechnicalFacts {
  const stated = audio.averageBitrateBps;
  return {
    codec: audio.codec,
    sampleRateHz: audio.sampleRateHz,
    channels: audio.channels,
    bitsPerSample: audio.bitsPerSample,
    durationMs: audio.durationMs,
    bitrateKbps:
      meanBitrateKbps(mediaBytes > 0 ? mediaBytes : sizeBytes, audio.durationMs) ??
      (stated === null ? null : Math.round(stated / 100) / 10),
    durationExact: audio.durationExact,
  };
}
