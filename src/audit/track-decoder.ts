import type { CheckJob, CheckOutcome } from "../audio/types.ts";
import type { ReleasedTrack } from "../release/track-table.ts";

/** Decodes stored streams; see the audio stage. */
export interface TrackDecoder {
  check(job: CheckJob): Promise<CheckOutcome>;
  close(): Promise<void>;
}

export interface DecodeTrouble {
  readonly kind: "track-undecodable" | "decode-failed";
  readonly track: ReleasedTrack;
  readonly detail: string;
}

/**
 * Decodes the tracks of one shard, as many at a time as there are workers, and says which of them are not what the table
 * says. Bytes were compared before: what is wrong here was wrong when it was signed.
 */
export async function decodeTracks(
  decoder: TrackDecoder,
  shardPath: string,
  tracks: readonly ReleasedTrack[],
  workers: number,
  onTrack: () => void,
): Promise<readonly DecodeTrouble[]> {
  const troubles: DecodeTrouble[] = [];
  const waiting = tracks[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const track of waiting) {
      const outcome = await decoder.check({
        jobId: track.trackId,
        path: shardPath,
        offsetBytes: track.offsetBytes,
        sizeBytes: track.sizeBytes,
        ext: track.ext,
        expected: { durationMs: track.durationMs },
      });
      const trouble = judge(track, outcome);
      if (trouble !== null) troubles.push(trouble);
      onTrack();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return troubles;
}

function judge(track: ReleasedTrack, outcome: CheckOutcome): DecodeTrouble | null {
  if (!outcome.ok) {
    const isItsOwn =
      outcome.reason !== "engine-crashed" &&
      outcome.reason !== "timed-out" &&
      outcome.reason !== "unreadable";
    const kind = isItsOwn ? "track-undecodable" : "decode-failed";
    return {
      kind,
      track,
      detail: `track ${track.trackId} does not decode: ${outcome.reason}: ${outcome.detail}`,
    };
  }
  const differences = [
    ["samples", outcome.decodedSamples, track.decodedSamples],
    ["Hz", outcome.sampleRateHz, track.sampleRateHz],
    ["channels", outcome.channels, track.channels],
  ] as const;
  const wrong = differences.find(([, decoded, listed]) => decoded !== listed);
  if (wrong) {
    const [what, decoded, listed] = wrong;
    const detail = `track ${track.trackId} decodes to ${decoded} ${what}, and the table says ${listed}`;
    return { kind: "track-undecodable", track, detail };
  }
  return null;
}
