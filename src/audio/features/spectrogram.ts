import { DoublingSeries } from "./doubling-series.ts";
import { MelBands } from "./mel-bands.ts";
import { FEATURE_RATE_HZ, ONSET_FRAME_SAMPLES } from "./onset-envelope.ts";

/** A small picture of a track: what sounds at which pitch, and when. */
export interface Spectrogram {
  /** Mel bands from 40 Hz to 11025 Hz. */
  readonly bands: number;
  readonly columns: number;
  readonly secondsPerColumn: number;
  /** One byte a band, column by column, lowest band first: 0 is −90 dB of a full-scale tone and less, 255 is 0 dB. */
  readonly base64: string;
}

const BANDS = 32;
const LEAST_COLUMNS = 64;
const FLOOR_DB = -90;
const LOOKS_PER_BLOCK = 4;
/** Power of a full-scale sine at its bin, under a Hann window. */
const FULL_SCALE = (ONSET_FRAME_SAMPLES / 4) ** 2;

/** At most 128 columns, however long the track is. */
export class SpectrogramMeter {
  readonly #mel = new MelBands({
    count: BANDS,
    fromHz: 40,
    toHz: FEATURE_RATE_HZ / 2,
    sizeSamples: ONSET_FRAME_SAMPLES,
    rateHz: FEATURE_RATE_HZ,
  });
  readonly #series = new DoublingSeries<Float64Array>(LEAST_COLUMNS, mean);
  readonly #secondsPerLook: number;
  readonly #bands = new Float64Array(BANDS);
  #block = new Float64Array(BANDS);
  #looks = 0;

  /** `secondsPerLook`: between the frames that are pushed. */
  constructor(secondsPerLook: number) {
    this.#secondsPerLook = secondsPerLook;
  }

  /** `power`: bins 0 … size / 2 of one frame. */
  push(power: Float64Array): void {
    this.#mel.measure(power, this.#bands);
    for (let band = 0; band < BANDS; band += 1) {
      this.#block[band] = (this.#block[band] ?? 0) + (this.#bands[band] ?? 0) / LOOKS_PER_BLOCK;
    }
    if (++this.#looks % LOOKS_PER_BLOCK !== 0) return;
    this.#series.push(this.#block);
    this.#block = new Float64Array(BANDS);
  }

  /** Null below a fifth of a second. */
  finish(): Spectrogram | null {
    const { entries, inputsPerEntry } = this.#series.finish();
    if (entries.length === 0) return null;
    const bytes = entries.flatMap((powers) => Array.from(powers, byteOf));
    return {
      bands: BANDS,
      columns: entries.length,
      secondsPerColumn: inputsPerEntry * LOOKS_PER_BLOCK * this.#secondsPerLook,
      base64: Buffer.from(bytes).toString("base64"),
    };
  }
}

function mean(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, band) => (value + (b[band] ?? 0)) / 2);
}

function byteOf(power: number): number {
  const decibels = 10 * Math.log10(Math.max(power / FULL_SCALE, 1e-12));
  return Math.round(255 * Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB)));
}
