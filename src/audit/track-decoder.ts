import type { AudioFailure, CheckJob, CheckOutcome } from "../audio/types.ts";
import type { ReleasedTrack } from "../release/track-table.ts";

/** Decodes stored streams; see the audio stage. */
export interface TrackDecoder {
  check(job: CheckJob): Promise<CheckOutcome>;
  close(): Promise<void>;
}

export interface DecodeTrouble {
  readonly kind: "track-undecodable" | "decode-failed";
  readonly detail: string;
}

/** Reasons that may lie with this machine, not with the track. */
const OF_THIS_MACHINE: ReadonlySet<AudioFailure> = new Set<AudioFailure>([
  "engine-crashed",
  "timed-out",
  "unreadable",
]);

interface WaitingTrack {
  readonly shardPath: string;
  readonly track: ReleasedTrack;
}

/**
 * Decodes tracks while the next bytes are hashed, as many at a time as there are workers. Bytes were compared before: what is
 * wrong here was wrong when it was signed.
 */
export class DecodeQueue {
  private readonly decoder: TrackDecoder;
  private readonly workers: number;
  private readonly onTrack: (track: WaitingTrack, trouble: DecodeTrouble | null) => void;
  private readonly waiting: WaitingTrack[] = [];
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(
    decoder: TrackDecoder,
    workers: number,
    onTrack: (track: WaitingTrack, trouble: DecodeTrouble | null) => void,
  ) {
    this.decoder = decoder;
    this.workers = workers;
    this.onTrack = onTrack;
  }

  add(shardPath: string, track: ReleasedTrack): void {
    this.waiting.push({ shardPath, track });
    this.fill();
  }

  /** Resolves when no more than `count` tracks wait. Rejects when the decoder cannot go on. */
  async waitUntilBelow(count: number): Promise<void> {
    while (this.failure === null && (this.waiting.length > count || (count === 0 && this.running.size > 0))) {
      await Promise.race(this.running);
    }
    if (this.failure !== null) throw this.failure.error;
  }

  private fill(): void {
    while (this.running.size < this.workers && this.failure === null) {
      const next = this.waiting.shift();
      if (!next) return;
      const work = this.decode(next).finally(() => {
        this.running.delete(work);
        this.fill();
      });
      this.running.add(work);
    }
  }

  private async decode(next: WaitingTrack): Promise<void> {
    const { shardPath, track } = next;
    try {
      const outcome = await this.decoder.check({
        jobId: track.trackId,
        path: shardPath,
        offsetBytes: track.offsetBytes,
        sizeBytes: track.sizeBytes,
        ext: track.ext,
        expected: { durationMs: track.durationMs },
        sampleDigest: false,
      });
      this.onTrack(next, judge(track, outcome));
    } catch (error) {
      this.failure ??= { error };
    }
  }
}

function judge(track: ReleasedTrack, outcome: CheckOutcome): DecodeTrouble | null {
  if (!outcome.ok) {
    const kind = OF_THIS_MACHINE.has(outcome.reason) ? "decode-failed" : "track-undecodable";
    return {
      kind,
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
    return { kind: "track-undecodable", detail };
  }
  return null;
}
