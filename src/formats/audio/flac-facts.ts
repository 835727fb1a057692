import { parseFlacStreamInfo } from "./flac-streaminfo.ts";
import { id3v2Bytes } from "./id3v2.ts";
import { hasAscii } from "./integers.ts";
import { meanBitrateKbps } from "./mean-bitrate.ts";
import type { TechnicalFacts } from "./technical-facts.ts";

/** STREAMINFO is always the first metadata block. RFC 9639, 8.2. */
export function flacFacts(head: Uint8Array, sizeBytes: number): TechnicalFacts | null {
  let at = 0;
  for (let tag = id3v2Bytes(head); tag > 0; tag = id3v2Bytes(head, at)) at += tag;
  if (!hasAscii(head, at, "fLaC")) return null;
  const info = parseFlacStreamInfo(head, at + 8);
  if (info === null) return null;
  const { totalSamples, sampleRateHz } = info;
  const durationMs = totalSamples === null ? null : Math.round((totalSamples * 1000) / sampleRateHz);
  return {
    codec: "flac",
    sampleRateHz,
    channels: info.channels,
    bitsPerSample: info.bitsPerSample,
    durationMs,
    bitrateKbps: meanBitrateKbps(sizeBytes - at, durationMs),
    durationExact: durationMs !== null,
  };
}
