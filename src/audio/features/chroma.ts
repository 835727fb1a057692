import { hannWindow, PowerSpectrum } from "./fft.ts";
import { FEATURE_RATE_HZ } from "./onset-envelope.ts";

/** Bins of an octave: three a semitone, so that music that is not tuned to 440 Hz is seen to be so. */
export const CHROMA_BINS = 36;

const DECIMATION = 4;
const RATE_HZ = FEATURE_RATE_HZ / DECIMATION;
const FRAME_SAMPLES = 4096; // 0.74 s: semitones are apart from the second octave up
const HOP_SAMPLES = 4096;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 2000;
/** A peak also speaks for the notes of which it is the second, third … partial, each worth less. */
const PARTIALS = 4;
const PARTIAL_WEIGHT = 0.6;
/** Peaks below this share of the strongest of the frame are noise. */
const QUIETEST_SHARE = 1e-4;

/**
 * How strong each pitch class is, over the whole track: peaks of the spectrum, folded into one octave of 36 bins (HPCP:
 * Gómez, *Tonal Description of Music Audio Signals*, 2006, chapter 3). Bin 0 is C at A = 440 Hz.
 */
export class Chroma {
  readonly #spectrum = new PowerSpectrum(FRAME_SAMPLES);
  readonly #window = hannWindow(FRAME_SAMPLES);
  readonly #frame = new Float64Array(FRAME_SAMPLES);
  readonly #windowed = new Float64Array(FRAME_SAMPLES);
  readonly #sum = new Float64Array(CHROMA_BINS);
  readonly #ofFrame = new Float64Array(CHROMA_BINS);
  readonly #lowPass = new Decimator();
  #fill = 0;

  push(samples: Float32Array): void {
    this.#lowPass.push(samples, (value) => {
      this.#frame[this.#fill] = value;
      this.#fill += 1;
      if (this.#fill < FRAME_SAMPLES) return;
      this.#add();
      this.#frame.copyWithin(0, HOP_SAMPLES);
      this.#fill = FRAME_SAMPLES - HOP_SAMPLES;
    });
  }

  /** Strengths by bin, the strongest 1; null when there was no pitch. */
  finish(): Float64Array | null {
    const strongest = Math.max(...this.#sum);
    return strongest > 0 ? this.#sum.map((value) => value / strongest) : null;
  }

  #add(): void {
    for (let i = 0; i < FRAME_SAMPLES; i += 1) {
      this.#windowed[i] = (this.#frame[i] ?? 0) * (this.#window[i] ?? 0);
    }
    const power = this.#spectrum.of(this.#windowed);
    const first = Math.ceil((LOWEST_HZ * FRAME_SAMPLES) / RATE_HZ);
    const last = Math.floor((HIGHEST_HZ * FRAME_SAMPLES) / RATE_HZ);
    let strongest = 0;
    for (let bin = first; bin <= last; bin += 1) strongest = Math.max(strongest, power[bin] ?? 0);
    if (strongest < 1e-6) return;
    this.#ofFrame.fill(0);
    for (let bin = first; bin <= last; bin += 1) {
      const [before, here, after] = [power[bin - 1] ?? 0, power[bin] ?? 0, power[bin + 1] ?? 0];
      if (here < before || here < after || here < strongest * QUIETEST_SHARE) continue;
      this.#addPeak(before, here, after, bin);
    }
    // Every frame counts alike, loud or soft.
    const most = Math.max(...this.#ofFrame);
    for (let bin = 0; bin < CHROMA_BINS && most > 0; bin += 1) {
      this.#sum[bin] = (this.#sum[bin] ?? 0) + (this.#ofFrame[bin] ?? 0) / most;
    }
  }

  #addPeak(before: number, here: number, after: number, bin: number): void {
    const [a, b, c] = [Math.log(before + 1e-12), Math.log(here), Math.log(after + 1e-12)];
    const offset = (a - c) / (2 * (a - 2 * b + c) || -1);
    const hertz = ((bin + offset) * RATE_HZ) / FRAME_SAMPLES;
    const magnitude = Math.sqrt(here);
    let weight = 1;
    for (let partial = 1; partial <= PARTIALS; partial += 1) {
      const semitones = 12 * Math.log2(hertz / partial / 440) + 9;
      const at = (semitones * CHROMA_BINS) / 12;
      this.#spread(at, magnitude * weight);
      weight *= PARTIAL_WEIGHT;
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

const TAPS = 48;
const HISTORY_SAMPLES = 4096;

/** Every fourth sample behind a windowed-sinc low pass at 2.2 kHz. */
class Decimator {
  readonly #taps: Float64Array;
  readonly #history = new Float64Array(TAPS + HISTORY_SAMPLES);
  #fill = 0;
  #next = TAPS;

  constructor() {
    const cutoff = 2200 / FEATURE_RATE_HZ;
    this.#taps = Float64Array.from({ length: TAPS }, (_, i) => {
      const x = i - (TAPS - 1) / 2;
      const window = 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (TAPS - 1));
      return (window * Math.sin(2 * Math.PI * cutoff * x)) / (Math.PI * x);
    });
  }

  push(samples: Float32Array, take: (value: number) => void): void {
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(samples.length - at, this.#history.length - this.#fill);
      this.#history.set(samples.subarray(at, at + count), this.#fill);
      this.#fill += count;
      at += count;
      this.#filter(take);
      if (this.#fill < this.#history.length) continue;
      // What the next outputs still need moves to the front.
      const keepFrom = this.#next - TAPS;
      this.#history.copyWithin(0, keepFrom, this.#fill);
      this.#fill -= keepFrom;
      this.#next = TAPS;
    }
  }

  /** The taps are symmetric: one product serves two samples. */
  #filter(take: (value: number) => void): void {
    const history = this.#history;
    const taps = this.#taps;
    let end = this.#next;
    for (; end <= this.#fill; end += DECIMATION) {
      const first = end - TAPS;
      let sum = 0;
      for (let tap = 0; tap < TAPS / 2; tap += 1) {
        sum += (taps[tap] ?? 0) * ((history[first + tap] ?? 0) + (history[end - 1 - tap] ?? 0));
      }
      take(sum);
    }
    this.#next = end;
  }
}
