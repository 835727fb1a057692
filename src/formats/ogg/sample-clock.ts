import type { OggProblemKind } from "./report.ts";
import type { AudioStreamHeader } from "./stream-header.ts";

export type ReportProblem = (kind: OggProblemKind, detail: string) => void;

/** Sets the samples that the packets hold against the granule positions that the pages state. */
export class SampleClock {
  readonly #header: AudioStreamHeader;
  /** samples of all audio packets that have ended; null once a packet did not tell */
  #packetSamples: number | null = 0;
  #startOffsetSamples: number | null = null;
  #lastGranule: number | null = null;
  #lastDifference = 0;
  #driftPages = 0;

  constructor(header: AudioStreamHeader) {
    this.#header = header;
  }

  /** An audio packet has ended. */
  packet(samples: number | null): void {
    this.#packetSamples =
      samples === null || this.#packetSamples === null ? null : this.#packetSamples + samples;
  }

  /** A page has ended, on which `audioPackets` packets ended. RFC 3533, 6, field 4. */
  page(granule: number | null, audioPackets: number, eos: boolean, problem: ReportProblem): void {
    if (granule === null) {
      if (audioPackets > 0) problem("granule", "packets end on a page that states no position");
      return;
    }
    // Header pages, and pages that lie inside one packet, have nothing to say; an empty last page has.
    if (audioPackets === 0 && !eos) return;
    if (granule < 0 || granule > Number.MAX_SAFE_INTEGER) {
      problem("granule", `a position of ${granule} samples`);
      return;
    }
    if (this.#lastGranule !== null && granule < this.#lastGranule) {
      problem("granule", `position ${granule} behind ${this.#lastGranule}`);
    }
    this.#lastGranule = granule;
    // The first Vorbis packet gives no samples; on a page of its own it says nothing of where they begin.
    if (this.#packetSamples === 0 && !eos) return;
    if (this.#packetSamples !== null) this.#compare(granule - this.#packetSamples, eos, problem);
  }

  finish(problem: ReportProblem): void {
    const start = Math.max(0, this.#startOffsetSamples ?? 0);
    if (this.#lastGranule !== null && this.#lastGranule < start + (this.#header.preSkipSamples ?? 0)) {
      problem("granule", "the last position lies inside the pre-skip");
    }
  }

  get packetSamples(): number | null {
    return this.#packetSamples;
  }

  get startOffsetSamples(): number | null {
    return this.#startOffsetSamples;
  }

  get driftPages(): number {
    return this.#driftPages;
  }

  /** Last granule, less a start offset above zero, less the pre-skip; null when no page states a granule. */
  get granuleSamples(): number | null {
    if (this.#lastGranule === null) return null;
    const start = Math.max(0, this.#startOffsetSamples ?? 0);
    return Math.max(0, this.#lastGranule - start - (this.#header.preSkipSamples ?? 0));
  }

  /** Samples that the packets hold beyond the last granule; null when unknown. */
  get endTrimSamples(): number | null {
    if (this.#packetSamples === null || this.#startOffsetSamples === null || this.#lastGranule === null) {
      return null;
    }
    return Math.max(0, this.#startOffsetSamples + this.#packetSamples - this.#lastGranule);
  }

  /** `difference`: how far the stated position is ahead of the samples so far. */
  #compare(difference: number, eos: boolean, problem: ReportProblem): void {
    if (this.#startOffsetSamples === null) {
      // One page that is the first and the last: what is missing was trimmed at the end.
      this.#startOffsetSamples = eos ? Math.max(0, difference) : difference;
      // RFC 7845, 4.5: a first page that states less than it holds is an error, except when it is the last.
      if (difference < 0 && !eos && this.#header.codec === "opus") {
        problem("granule", `the first position is ${-difference} samples short`);
      }
    } else if (eos ? difference > this.#lastDifference : difference !== this.#lastDifference) {
      this.#driftPages++;
    }
    this.#lastDifference = difference;
  }
}
