import { DECIMATION, Decimator } from "./decimator.ts";
import { PowerSpectrum } from "./fft.ts";
import { FEATURE_RATE_HZ } from "./onset-envelope.ts";
import { OverlappingFrames } from "./overlapping-frames.ts";

/** Bins of an octave: three a semitone, so that music that is not tuned to 440 Hz is seen to be so. */
export const CHROMA_BINS = 36;

const RATE_HZ = FEATURE_RATE_HZ / DECIMATION;
const FRAME_SAMPLES = 4096; // 0.74 s: semitones are apart from the second octave up
/** Every other stretch of the length of a frame is heard: chords last. In samples of the input. */
const HEARD_SAMPLES = FRAME_SAMPLES * DECIMATION;
const PERIOD_SAMPLES = 2 * HEARD_SAMPLES;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 2000;
/** A peak also speaks for the notes of which it is the second, third … partial, each worth less. */
const PARTIALS = 4;
const PARTIAL_WEIGHT = 0.6;
/** How far below its first, second … partial a note lies. */
const BINS_BELOW = Float64Array.from({ length: PARTIALS }, (_, i) => CHROMA_BINS * Math.log2(i + 1));
/** Peaks below this share of the strongest of the frame are noise. */
const QUIETEST_SHARE = 1e-4;

/**
 * How strong each pitch class is, over the whole track: peaks of the spectrum, folded into one octave of 36 bins (HPCP:
 * Gómez, *Tonal Description of Music Audio Signals*, 2006, chapter 3). Bin 0 is C at A = 440 Hz.
 */
export class Chroma {
  readonly #spectrum = new PowerSpectrum(FRAME_SAMPLES, "hann");
  readonly #sum = new Float64Array(CHROMA_BINS);
  readonly #ofFrame = new Float64Array(CHROMA_BINS);
  readonly #decimator = new Decimator();
  readonly #frames = new OverlappingFrames({
    frameSamples: FRAME_SAMPLES,
    hopSamples: FRAME_SAMPLES,
    leadSamples: 0,
    onFrame: (samples, from) => this.#add(this.#spectrum.of(samples, from)),
  });
  #inPeriod = 0;

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length; ) {
      const isHeard = this.#inPeriod < HEARD_SAMPLES;
      const left = (isHeard ? HEARD_SAMPLES : PERIOD_SAMPLES) - this.#inPeriod;
      const stretch = samples.subarray(at, at + left);
      // Where stretches meet, the filter runs from one into the other: the window of the frame fades that out.
      if (isHeard) this.#decimator.push(stretch, (decimated) => this.#frames.push(decimated));
      this.#inPeriod = (this.#inPeriod + stretch.length) % PERIOD_SAMPLES;
      at += stretch.length;
    }
  }

  /** Strengths by bin, the strongest 1; null when there was no pitch. */
  finish(): Float64Array | null {
    const strongest = Math.max(...this.#sum);
    return strongest > 0 ? this.#sum.map((value) => value / strongest) : null;
  }

  #add(power: Float64Array): void {
    const first = Math.ceil((LOWEST_HZ * FRAME_SAMPLES) / RATE_HZ);
    const last = Math.floor((HIGHEST_HZ * FRAME_SAMPLES) / RATE_HZ);
    let strongest = 0;
    for (let bin = first; bin <= last; bin += 1) strongest = Math.max(strongest, power[bin] ?? 0);
    if (strongest < 1e-6) return;
    const quietest = strongest * QUIETEST_SHARE;
    this.#ofFrame.fill(0);
    for (let bin = first; bin <= last; bin += 1) {
      const here = power[bin] ?? 0;
      if (here < quietest) continue;
      const before = power[bin - 1] ?? 0;
      const after = power[bin + 1] ?? 0;
      if (here >= before && here >= after) this.#addPeak(before, here, after, bin);
    }
    // Every frame counts alike, loud or soft.
    const most = Math.max(...this.#ofFrame);
    for (let bin = 0; bin < CHROMA_BINS && most > 0; bin += 1) {
      this.#sum[bin] = (this.#sum[bin] ?? 0) + (this.#ofFrame[bin] ?? 0) / most;
    }
  }

  #addPeak(before: number, here: number, after: number, bin: number): void {
    const a = Math.log(before + 1e-12);
    const b = Math.log(here);
    const c = Math.log(after + 1e-12);
    const offset = (a - c) / (2 * (a - 2 * b + c) || -1);
    const hertz = ((bin + offset) * RATE_HZ) / FRAME_SAMPLES;
    // In bins from the C below A = 440 Hz.
    const place = CHROMA_BINS * (Math.log2(hertz / 440) + 9 / 12);
    let strength = Math.sqrt(here);
    for (let partial = 0; partial < PARTIALS; partial += 1) {
      this.#spread(place - (BINS_BELOW[partial] ?? 0), strength);
      strength *= PARTIAL_WEIGHT;
    }
  }

  /** Shares a strength between the two bins beside its place. */
  #spread(at: number, strength: number): void {
    const low = Math.floor(at);
    const share = at - low;
    const one = ((low % CHROMA_BINS) + CHROMA_BINS) % CHROMA_BINS;
    const two = (one + 1) % CHROMA_BINS;
    this.#ofFrame[one] = (this.#ofFrame[one] ?? 0) + strength * (1 - share);
    this.#ofFrame[two] = (this.#ofFrame[two] ?? 0) + strength * share;
  }
}
