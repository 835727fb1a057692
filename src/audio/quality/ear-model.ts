/** Of ITU-R BS.1387-1, the ear model on spectra, at 48 kHz with bands of half a Bark as its advanced version has them. */
export const EAR_RATE_HZ = 48_000;
export const EAR_FRAME_SAMPLES = 2048;
export const EAR_HOP_SAMPLES = 1024;

const BAND_BARK = 0.5;
const LOWEST_HZ = 80;
const HIGHEST_HZ = 18_000;
/** A full-scale sine is taken to be heard at 92 dB SPL (2.1.3). */
const FULL_SCALE_DB = 92;
const LOWER_SLOPE_DB_PER_BARK = 27;
/** Powers are added as the 0.4th powers of them (2.1.8). */
const SPREAD_EXPONENT = 0.4;
/** Time constants of forward masking at high frequencies and at 100 Hz (2.1.9). */
const TAU_MIN_SECONDS = 0.008;
const TAU_100_SECONDS = 0.03;

interface Band {
  readonly centreHz: number;
  readonly firstBin: number;
  /** Excluded. */
  readonly endBin: number;
  /** Power that the ear itself adds (2.1.6). */
  readonly innerNoise: number;
  /** How far below the excitation the threshold lies, as a factor (2.1.11). */
  readonly maskFactor: number;
  /** What is left of the last frame's excitation (2.1.9). */
  readonly decay: number;
}

const BANDS: readonly Band[] = makeBands();
export const EAR_BANDS: number = BANDS.length;

/** Outer and middle ear as a factor on the power of each bin, with the calibration (2.1.4). */
const EAR_WEIGHTS: Float64Array = Float64Array.from({ length: EAR_FRAME_SAMPLES / 2 + 1 }, (_, bin) => {
  const kHz = Math.max(1, bin) * (EAR_RATE_HZ / EAR_FRAME_SAMPLES / 1000);
  const ear = -0.6 * 3.64 * kHz ** -0.8 + 6.5 * Math.exp(-0.6 * (kHz - 3.3) ** 2) - 1e-3 * kHz ** 3.6;
  // Through a Hann window a sine of amplitude 1 has a quarter of the frame as its largest bin.
  return 10 ** ((FULL_SCALE_DB + ear) / 10) / (EAR_FRAME_SAMPLES / 4) ** 2;
});

/** What the ear makes of one signal: band powers, the threshold that they raise, and how both fade. */
export class EarModel {
  readonly #faded = new Float64Array(EAR_BANDS);
  readonly #spread = new Float64Array(EAR_BANDS);
  readonly #mask = new Float64Array(EAR_BANDS);

  /** Forgets what was heard before. */
  reset(): void {
    this.#faded.fill(0);
  }

  /** The masking threshold of a frame by its power spectrum; valid until the next call. */
  mask(power: Float64Array): Float64Array {
    const spread = this.#spread.fill(0);
    for (let index = 0; index < EAR_BANDS; index++) {
      const band = BANDS[index];
      if (band === undefined) continue;
      let level = band.innerNoise;
      for (let bin = band.firstBin; bin < band.endBin; bin++)
        level += (power[bin] ?? 0) * (EAR_WEIGHTS[bin] ?? 0);
      spreadBand(spread, index, level, band.centreHz);
    }
    for (let index = 0; index < EAR_BANDS; index++) {
      const band = BANDS[index];
      const excitation = (spread[index] ?? 0) ** (1 / SPREAD_EXPONENT) / (SPREAD_NORM[index] ?? 1);
      const decay = band?.decay ?? 0;
      const faded = decay * (this.#faded[index] ?? 0) + (1 - decay) * excitation;
      this.#faded[index] = faded;
      this.#mask[index] = Math.max(faded, excitation) * (band?.maskFactor ?? 1);
    }
    return this.#mask;
  }
}

/** Mean over the bands of noise by mask; noise is what the magnitudes of two spectra differ by (4.5, NMR). */
export function noiseToMask(reference: Float64Array, test: Float64Array, mask: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < EAR_BANDS; index++) {
    const band = BANDS[index];
    if (band === undefined) continue;
    let noise = 0;
    for (let bin = band.firstBin; bin < band.endBin; bin++) {
      const difference = Math.sqrt(reference[bin] ?? 0) - Math.sqrt(test[bin] ?? 0);
      noise += difference * difference * (EAR_WEIGHTS[bin] ?? 0);
    }
    sum += noise / (mask[index] ?? 1);
  }
  return sum / EAR_BANDS;
}

/** Adds what a band of this power excites in all bands: 27 dB a Bark below it, above it less steep the louder it is. */
function spreadBand(spread: Float64Array, index: number, level: number, centreHz: number): void {
  const upperDb = Math.max(0, 24 + 230 / centreHz - 0.2 * 10 * Math.log10(level));
  const up = 10 ** ((-SPREAD_EXPONENT * upperDb * BAND_BARK) / 10);
  const down = LOWER_STEP;
  // Of all that is spread the sum is the power of the band.
  const total =
    geometric(up ** (1 / SPREAD_EXPONENT), EAR_BANDS - index) + geometric(LOWER_POWER_STEP, index + 1) - 1;
  const own = (level / total) ** SPREAD_EXPONENT;
  let part = own;
  for (let at = index; at < EAR_BANDS && part > own * 1e-6; at++) {
    spread[at] = (spread[at] ?? 0) + part;
    part *= up;
  }
  part = own * down;
  for (let at = index - 1; at >= 0 && part > own * 1e-6; at--) {
    spread[at] = (spread[at] ?? 0) + part;
    part *= down;
  }
}

const LOWER_POWER_STEP: number = 10 ** ((-LOWER_SLOPE_DB_PER_BARK * BAND_BARK) / 10);
const LOWER_STEP: number = LOWER_POWER_STEP ** SPREAD_EXPONENT;

/** 1 + q + q² + … of so many terms. */
function geometric(ratio: number, terms: number): number {
  return ratio >= 1 ? terms : (1 - ratio ** terms) / (1 - ratio);
}

/** What bands of power 1 add up to: spreading must not make anything louder. */
const SPREAD_NORM: Float64Array = spreadOfOnes();

function spreadOfOnes(): Float64Array {
  const spread = new Float64Array(EAR_BANDS);
  for (const [index, { centreHz }] of BANDS.entries()) spreadBand(spread, index, 1, centreHz);
  return spread.map((value) => value ** (1 / SPREAD_EXPONENT));
}

/** Schroeder's approximation of the Bark scale (2.1.5). */
function makeBands(): Band[] {
  const bark = (hz: number): number => 7 * Math.asinh(hz / 650);
  const hertz = (z: number): number => 650 * Math.sinh(z / 7);
  const bin = (hz: number): number => Math.round((hz * EAR_FRAME_SAMPLES) / EAR_RATE_HZ);
  const lowest = bark(LOWEST_HZ);
  const count = Math.ceil((bark(HIGHEST_HZ) - lowest) / BAND_BARK);
  return Array.from({ length: count }, (_, index) => {
    const centreHz = hertz(lowest + (index + 0.5) * BAND_BARK);
    const firstBin = bin(hertz(lowest + index * BAND_BARK));
    const z = index * BAND_BARK;
    const tau = TAU_MIN_SECONDS + (100 / centreHz) * (TAU_100_SECONDS - TAU_MIN_SECONDS);
    return {
      centreHz,
      firstBin,
      // The lowest bands are narrower than the spectrum's bins: then they share one.
      endBin: Math.max(firstBin + 1, bin(hertz(lowest + (index + 1) * BAND_BARK))),
      innerNoise: 10 ** (0.4 * 0.364 * (centreHz / 1000) ** -0.8),
      maskFactor: 10 ** (-(z <= 12 ? 3 : 0.25 * z) / 10),
      decay: Math.exp(-EAR_HOP_SAMPLES / EAR_RATE_HZ / tau),
    };
  });
}
