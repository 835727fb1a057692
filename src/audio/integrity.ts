import type { DecodeFacts } from "./engine/decode-stream.ts";
import type { LoggedErrors } from "./engine/error-log.ts";
import type { AudioFailure, AudioNote, AudioProof } from "./types.ts";

/** What the structure of a file says of its stream, before anything is decoded. */
export interface StreamClaim {
  /** Samples per channel; null when the file does not say. */
  readonly samples: number | null;
  /** What `samples` rests on. */
  readonly proof: "ogg-granule" | "sample-count";
  /** At which `samples` and `looseSamples` are counted: a decoder may give another rate (HE-AAC gives twice as many). */
  readonly rateHz: number;
  /** How many samples the count may be wrong by without damage: zero where the format tells it to the sample. */
  readonly looseSamples: number;
  /**
   * Samples that all packets hold, when the walk over the container counted them: then the decoder must give exactly
   * these, untrimmed, and the track is cut out of them. Null leaves the trimming to FFmpeg.
   */
  readonly codedSamples: number | null;
  /** Samples that the decoder gives before the track begins (see `judgeStream`). */
  readonly leadSamples: number;
  /** The container was walked to its last frame, so what a decoder makes of the bytes behind does not count. */
  readonly endIsKnown: boolean;
  /** MD5 of the decoded samples (FLAC); null when the file has none. */
  readonly flacMd5: string | null;
  readonly notes: readonly AudioNote[];
}

export type Verdict =
  | {
      readonly ok: true;
      /** Samples per channel that are the track: what was measured, encoded and is as long as. */
      readonly samples: number;
      readonly proof: AudioProof;
      readonly notes: readonly AudioNote[];
    }
  | { readonly ok: false; readonly reason: AudioFailure; readonly detail: string };

/**
 * Is what came out of the decoder what went into the file? A decoder that reports no error is no proof: some conceal
 * damage and some stop early in silence, so the samples are counted against what the file states.
 *
 * Vorbis is trimmed by us: a stream whose first granule is lower than the samples before it begins inside its first
 * block (Vorbis I, A.2), which FFmpeg hands out all the same, and of a stream on a single page FFmpeg cuts off a block
 * too much.
 */
export function judgeStream(
  claim: StreamClaim,
  facts: DecodeFacts,
  logged: LoggedErrors,
  sampleMd5: string | null,
): Verdict {
  const ended = endVerdict(facts);
  if (ended !== null) return ended;
  if (facts.errors > 0 || logged.count > 0) {
    const first = facts.firstError ?? logged.messages[0] ?? "";
    const count = Math.max(facts.errors, logged.count);
    return refuse("decoder-errors", count === 1 ? first : `${count} errors, the first: ${first}`);
  }
  if (claim.codedSamples !== null && facts.samples !== claim.codedSamples) {
    const reason = facts.samples < claim.codedSamples ? "samples-missing" : "samples-surplus";
    return refuse(reason, `${facts.samples} samples, and the packets hold ${claim.codedSamples}`);
  }
  const notes = [...claim.notes];
  const given = facts.samples - claim.leadSamples;
  const stated = statedSamples(claim, facts.format.sampleRateHz);
  if (stated !== null) {
    const surplus = given - stated;
    if (surplus < -claim.looseSamples) {
      return refuse("samples-missing", `${given} of ${stated} samples`);
    }
    // A decoder may not know where in its last block a stream ends; more than a block is another stream.
    if (claim.looseSamples === 0 && claim.codedSamples === null && surplus >= facts.largestFrameSamples) {
      return refuse("samples-surplus", `${given} samples where the file states ${stated}`);
    }
    if (Math.abs(surplus) > claim.looseSamples && claim.codedSamples === null) {
      notes.push({ kind: "samples-surplus", detail: `${given} decoded, ${stated} stated` });
    }
  }
  if (claim.flacMd5 !== null && sampleMd5 !== claim.flacMd5) {
    return refuse("flac-md5-mismatch", `samples have ${sampleMd5}, the file states ${claim.flacMd5}`);
  }
  return {
    ok: true,
    samples: claim.looseSamples === 0 && stated !== null ? Math.min(given, stated) : given,
    proof: claim.flacMd5 !== null ? "flac-md5" : stated === null ? "decoder-only" : claim.proof,
    notes,
  };
}

/** The claim's samples at the decoder's rate. */
export function statedSamples(claim: StreamClaim, rateHz: number): number | null {
  if (claim.samples === null || claim.rateHz === rateHz || claim.rateHz === 0) return claim.samples;
  return Math.round((claim.samples * rateHz) / claim.rateHz);
}

/** Where to stop passing samples on: known beforehand only where the file tells the length to the sample. */
export function limitSamples(claim: StreamClaim): number | null {
  return claim.samples === null || claim.looseSamples > 0 ? null : claim.samples + claim.leadSamples;
}

function endVerdict(facts: DecodeFacts): Verdict | null {
  switch (facts.endedBy) {
    case "end-of-file":
    case "limit":
      return null;
    case "format-change":
      return refuse("format-change", `after ${facts.samples} samples`);
    case "too-long":
      return refuse("too-long", `more than ${facts.samples} samples`);
    case "too-many-errors":
      return refuse("decoder-errors", `given up; the first: ${facts.firstError ?? "logged by the decoder"}`);
    case "stopped":
      return refuse("engine-crashed", "stopped");
  }
}

function refuse(reason: AudioFailure, detail: string): Verdict {
  return { ok: false, reason, detail };
}
