import { id3v2Bytes } from "./id3v2.ts";
import { meanBitrateKbps } from "./mean-bitrate.ts";
import { isSameMpegStream, type MpegFrameHeader, parseMpegFrame } from "./mpeg-frame.ts";
import { parseMpegInfoTag } from "./mpeg-info-tag.ts";
import type { TechnicalFacts } from "./technical-facts.ts";
import { trailingTagBytes } from "./trailing-tags.ts";

const MAX_LEAD_BYTES = 64 * 1024;

/** From the first frame and its info tag; without one the length is estimated from size and bit rate. */
export function mp3Facts(head: Uint8Array, tail: Uint8Array, sizeBytes: number): TechnicalFacts | null {
  let at = 0;
  for (let tag = id3v2Bytes(head); tag > 0; tag = id3v2Bytes(head, at)) at += tag;
  const found = firstFrame(head, at);
  if (found === null) return null;
  const { frame, offset } = found;
  const tag = parseMpegInfoTag(head.subarray(offset, offset + frame.frameBytes), frame);
  const audioBytes = Math.max(0, sizeBytes - offset - trailingTagBytes(tail));
  const trimSamples = (tag?.delaySamples ?? 0) + (tag?.paddingSamples ?? 0);
  const frames = tag?.frames ?? null;
  const samples = frames === null ? null : Math.max(0, frames * frame.samplesPerFrame - trimSamples);
  const durationMs =
    samples === null
      ? Math.round((audioBytes * 8) / frame.bitrateKbps)
      : Math.round((samples * 1000) / frame.sampleRateHz);
  return {
    codec: `mp${frame.layer}`,
    sampleRateHz: frame.sampleRateHz,
    channels: frame.channels,
    bitsPerSample: null,
    durationMs,
    bitrateKbps: samples === null ? frame.bitrateKbps : meanBitrateKbps(audioBytes, durationMs),
    durationExact: samples !== null && tag?.delaySamples != null,
  };
}

function firstFrame(head: Uint8Array, from: number): { frame: MpegFrameHeader; offset: number } | null {
  for (let offset = from; offset < Math.min(head.length, from + MAX_LEAD_BYTES); offset++) {
    const frame = head[offset] === 0xff ? parseMpegFrame(head, offset) : null;
    const next = frame === null ? null : parseMpegFrame(head, offset + frame.frameBytes);
    if (frame !== null && next !== null && isSameMpegStream(frame, next)) return { frame, offset };
  }
  return null;
}
