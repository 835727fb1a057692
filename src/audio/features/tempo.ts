import { ONSET_RATE_HZ } from "./onset-envelope.ts";
import { DELAYS } from "./tempogram.ts";

export interface TempoEstimate {
  readonly bpm: number;
  /** 0–1: how well the beat returns after one, two, three and four beats. */
  readonly confidence: number;
  /** What others may hear instead, best first: half, double, a third or three times as fast. */
  readonly alternatives: readonly { readonly bpm: number; readonly confidence: number }[];
}

const SLOWEST_BPM = 40;
const FASTEST_BPM = 220;
/** Between one candidate and the next: 0.4 %. */
const STEP = 1.004;
const BEATS = 4;
/** People tap between slow and fast: a log-normal preference (van Noorden and Moelants, *J. New Music Res.*, 1999). */
const PREFERRED_BPM = 130;
const PREFERENCE_OCTAVES = 1.2;
const OTHER_READINGS = [0.5, 2, 1 / 3, 3, 2 / 3, 1.5];
const LEAST_CONFIDENCE = 0.05;

/**
 * The tempo at which the onsets, by their autocorrelation (`Tempogram`), repeat best over four beats, weighted by what
 * people prefer. Null when nothing repeats.
 */
export function estimateTempo(correlation: Float64Array): TempoEstimate | null {
  let best = { bpm: 0, score: 0 };
  for (let bpm = SLOWEST_BPM; bpm <= FASTEST_BPM; bpm *= STEP) {
    const score = regularity(correlation, bpm) * preference(bpm);
    if (score > best.score) best = { bpm, score };
  }
  const confidence = best.bpm > 0 ? regularity(correlation, best.bpm) : 0;
  if (confidence < LEAST_CONFIDENCE) return null;
  const alternatives = OTHER_READINGS.map((ratio) => best.bpm * ratio)
    .filter((bpm) => bpm >= SLOWEST_BPM && bpm <= FASTEST_BPM)
    .map((bpm) => ({ bpm: refined(correlation, bpm), confidence: regularity(correlation, bpm) }))
    .filter((reading) => reading.confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence);
  return { bpm: refined(correlation, best.bpm), confidence: Math.min(1, confidence), alternatives };
}

/** Mean correlation after one to four beats, 0 or more. */
function regularity(correlation: Float64Array, bpm: number): number {
  const beat = (60 * ONSET_RATE_HZ) / bpm;
  let sum = 0;
  let count = 0;
  for (let beats = 1; beats <= BEATS && beats * beat < DELAYS - 3; beats += 1) {
    sum += highest(correlation, beats * beat, Math.min(1.5, 0.5 * beats)).value;
    count += 1;
  }
  return count === 0 ? 0 : Math.max(0, sum / count);
}

function preference(bpm: number): number {
  return Math.exp(-0.5 * (Math.log2(bpm / PREFERRED_BPM) / PREFERENCE_OCTAVES) ** 2);
}

/** The tempo to a fraction of a per cent, from the longest delay at which the beat still shows. */
function refined(correlation: Float64Array, bpm: number): number {
  let beat = (60 * ONSET_RATE_HZ) / bpm;
  for (let beats = 1; beats * beat < DELAYS - 3; beats += 1) {
    const { delay, value } = highest(correlation, beats * beat, 1.5);
    if (value > 0) beat = (beat * beats + delay) / (2 * beats);
  }
  return (60 * ONSET_RATE_HZ) / beat;
}

/** The highest value within `reach` of `delay`, linear between entries. */
function highest(
  correlation: Float64Array,
  delay: number,
  reach: number,
): { readonly delay: number; readonly value: number } {
  let best = { delay, value: -1 };
  for (let at = delay - reach; at <= delay + reach; at += 0.25) {
    const low = Math.floor(at);
    const share = at - low;
    const value = (correlation[low] ?? 0) * (1 - share) + (correlation[low + 1] ?? 0) * share;
    if (value > best.value) best = { delay: at, value };
  }
  return best;
}
