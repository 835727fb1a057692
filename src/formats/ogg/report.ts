import type { OggCodec } from "./stream-header.ts";

export type OggProblemKind =
  /** no byte at all */
  | "empty"
  /** no page anywhere */
  | "not-ogg"
  /** bytes between pages that belong to none */
  | "junk"
  /** bytes behind the last page that belong to none */
  | "tail"
  /** the file ends inside a page */
  | "truncated"
  /** a page whose bytes do not have the CRC it states */
  | "bad-crc"
  | "bad-version"
  /** a page of the stream is missing or out of order */
  | "sequence-gap"
  /** pages of a stream that never began */
  | "missing-bos"
  /** a stream that begins while others are under way */
  | "late-bos"
  | "missing-eos"
  /** a page behind the end of its stream that does not even carry on its page count */
  | "after-eos"
  /** a continued packet without its beginning, or a begun one without its end */
  | "continuity"
  /** a granule position that is missing, negative or smaller than the one before */
  | "granule"
  /** header packets that are not as the codec wants them */
  | "header"
  /** no stream of a codec that can be checked */
  | "no-audio"
  /** a later link of another codec, rate or channel count */
  | "link-change"
  | "too-many-streams"
  /** so many false page starts that the rest was not looked at */
  | "too-damaged";

export interface OggProblem {
  readonly kind: OggProblemKind;
  /** counts all pages of the file from 0: the page concerned, or the number of pages before the place */
  readonly pageIndex: number;
  readonly offsetBytes: number;
  readonly detail: string;
}

/** One logical stream of the file. */
export interface OggStreamReport {
  readonly serial: number;
  /** counts chained groups from 0 */
  readonly link: number;
  readonly kind: "audio" | "video" | "text" | "metadata" | "audio-unsupported" | "unknown";
  readonly codec: string;
  /** true for the stream that the report's audio fields and payload are taken from */
  readonly music: boolean;
  readonly pages: number;
  readonly packets: number;
  readonly eos: boolean;
  readonly lastGranule: number | null;
}

export interface OggWalkReport {
  /** no problem of any kind */
  readonly ok: boolean;
  /** the first ones; `problemCount` has them all */
  readonly problems: readonly OggProblem[];
  readonly problemCount: number;
  readonly sizeBytes: number;
  /** of the music stream, that is, the first audio stream of each link; null when there is none */
  readonly codec: OggCodec | null;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  readonly bitsPerSample: number | null;
  readonly nominalBitrateBps: number | null;
  readonly preSkipSamples: number | null;
  /**
   * granule position at which the first link's first sample would stand: above zero for a capture out of a
   * running stream, below zero when the encoder trims the start (Vorbis); null when it cannot be known
   */
  readonly startOffsetSamples: number | null;
  /**
   * what the file says it decodes to: last granule less pre-skip, less a start offset above zero, summed
   * over the links. RFC 7845, 4; Vorbis I, A.2.
   */
  readonly granuleSamples: number | null;
  /** what the packets hold, before pre-skip and trimming; null when a packet does not tell */
  readonly packetSamples: number | null;
  /** samples of the last packets that the last granule cuts off, summed over the links */
  readonly endTrimSamples: number | null;
  /** not a problem: pages whose granule is not the sum of the samples so far */
  readonly granuleDriftPages: number;
  /** not a problem: pages that carry on the page count behind an end-of-stream page; they are counted in */
  readonly pagesBehindEos: number;
  /** good pages of all streams */
  readonly pages: number;
  /** packets of the music streams, headers included */
  readonly packets: number;
  /** `ogg-packets-1` (see payload-digest.ts); null when there is no music or part of it is lost */
  readonly payloadSha256: string | null;
  readonly payloadMethod: string;
  /** every music stream has its end-of-stream page */
  readonly eos: boolean;
  readonly links: number;
  readonly chained: boolean;
  readonly multiplexed: boolean;
  /** the first ones; `streamCount` has them all */
  readonly streams: readonly OggStreamReport[];
  readonly streamCount: number;
}
