import { oggTailDuration } from "../ogg/tail-duration.ts";
import type { Container } from "./container.ts";
import { flacFacts } from "./flac-facts.ts";
import { meanBitrateKbps } from "./mean-bitrate.ts";
import { mp3Facts } from "./mp3-facts.ts";
import { mp4Facts } from "./mp4-facts.ts";
import { wavFacts } from "./wav-facts.ts";

/** What a file says of itself, without a full read. What it does not say is null. */
export interface TechnicalFacts {
  readonly codec: string;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  /** null for lossy codecs */
  readonly bitsPerSample: number | null;
  readonly durationMs: number | null;
  /** mean over the file's length, tags left out where they can be; else what the encoder was told */
  readonly bitrateKbps: number | null;
  /** the duration is stated to the sample, not estimated from sizes; the file may still be damaged */
  readonly durationExact: boolean;
}

/** As much of each end as is worth giving. */
export const FACTS_HEAD_BYTES: number = 1024 * 1024;
export const FACTS_TAIL_BYTES: number = 1024 * 1024;

/**
 * Facts from the first and the last bytes of a file of `sizeBytes` (they may overlap, and may be the whole
 * file). Null when the headers do not lie in them or are not of that container.
 */
export function technicalFacts(
  head: Uint8Array,
  tail: Uint8Array,
  sizeBytes: number,
  container: Container,
): TechnicalFacts | null {
  switch (container) {
    case "ogg":
      return oggFacts(head, tail, sizeBytes);
    case "flac":
      return flacFacts(head, sizeBytes);
    case "mp3":
      return mp3Facts(head, tail, sizeBytes);
    case "mp4":
      return mp4Facts(head, tail, sizeBytes);
    case "wav":
      return wavFacts(head, sizeBytes);
  }
}

function oggFacts(head: Uint8Array, tail: Uint8Array, sizeBytes: number): TechnicalFacts | null {
  const facts = oggTailDuration(tail, head);
  if (facts === null) return null;
  const nominal = facts.nominalBitrateBps;
  return {
    codec: facts.codec,
    sampleRateHz: facts.sampleRateHz,
    channels: facts.channels,
    bitsPerSample: facts.bitsPerSample,
    durationMs: facts.durationMs,
    bitrateKbps: meanBitrateKbps(sizeBytes, facts.durationMs) ?? (nominal === null ? null : nominal / 1000),
    durationExact: facts.exact,
  };
}
