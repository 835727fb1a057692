/**
 * Power spectra of real frames: one complex FFT of half the length and an unpacking step. A plan holds its tables and
 * buffers, so that a frame allocates nothing.
 */
export class PowerSpectrum {
  readonly sizeSamples: number;
  /** Squared magnitudes of the bins 0 … size / 2. */
  readonly power: Float64Array;
  readonly #half: number;
  readonly #real: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #order: Uint32Array;
  readonly #twiddles: readonly Float64Array[];

  /** `sizeSamples`: a power of two, at least 8. */
  constructor(sizeSamples: number) {
    if (sizeSamples < 8 || (sizeSamples & (sizeSamples - 1)) !== 0) {
      throw new RangeError(`an FFT of ${sizeSamples} samples is no power of two`);
    }
    const half = sizeSamples / 2;
    this.sizeSamples = sizeSamples;
    this.#half = half;
    this.power = new Float64Array(half + 1);
    this.#real = new Float64Array(half + 1);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
    this.#cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / sizeSamples));
    this.#sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / sizeSamples));
    this.#order = bitReversal(half);
    this.#twiddles = doubleStageTwiddles(half);
  }

  /** The power spectrum of `samples` (as many as the plan is for); valid until the next call. */
  of(samples: Float64Array): Float64Array {
    this.#run(samples);
    return this.power;
  }

  /** The real parts of the transform, bins 0 … size / 2; valid until the next call. */
  realPartOf(samples: Float64Array): Float64Array {
    this.#run(samples);
    return this.#real;
  }

  #run(samples: Float64Array): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    const order = this.#order;
    for (let i = 0; i < half; i += 1) {
      const at = 2 * (order[i] ?? 0);
      re[i] = samples[at] ?? 0;
      im[i] = samples[at + 1] ?? 0;
    }
    this.#transform();
    this.#unpack();
  }

  /** Decimation in time, in place: two stages in one pass while there are two, with their twiddles side by side. */
  #transform(): void {
    let span = 1;
    if (Math.log2(this.#half) % 2 === 1) {
      this.#firstStage();
      span = 2;
    }
    for (const twiddles of this.#twiddles) {
      this.#doubleStage(span, twiddles);
      span *= 4;
    }
  }

  #firstStage(): void {
    const re = this.#re;
    const im = this.#im;
    for (let a = 0; a < re.length; a += 2) {
      const b = a + 1;
      const bRe = re[b] ?? 0;
      const bIm = im[b] ?? 0;
      const aRe = re[a] ?? 0;
      const aIm = im[a] ?? 0;
      re[a] = aRe + bRe;
      im[a] = aIm + bIm;
      re[b] = aRe - bRe;
      im[b] = aIm - bIm;
    }
  }

  #doubleStage(span: number, twiddles: Float64Array): void {
    const re = this.#re;
    const im = this.#im;
    for (let start = 0; start < re.length; start += 4 * span) {
      for (let k = 0; k < span; k += 1) {
        const w = 6 * k;
        const c1 = twiddles[w] ?? 0;
        const s1 = twiddles[w + 1] ?? 0;
        const c2 = twiddles[w + 2] ?? 0;
        const s2 = twiddles[w + 3] ?? 0;
        const c3 = twiddles[w + 4] ?? 0;
        const s3 = twiddles[w + 5] ?? 0;
        const i0 = start + k;
        const i1 = i0 + span;
        const i2 = i1 + span;
        const i3 = i2 + span;
        const r1 = re[i1] ?? 0;
        const m1 = im[i1] ?? 0;
        const r2 = re[i2] ?? 0;
        const m2 = im[i2] ?? 0;
        const r3 = re[i3] ?? 0;
        const m3 = im[i3] ?? 0;
        // In bit-reversed order the second quarter belongs to twice the angle.
        const bRe = r1 * c2 + m1 * s2;
        const bIm = m1 * c2 - r1 * s2;
        const cRe = r2 * c1 + m2 * s1;
        const cIm = m2 * c1 - r2 * s1;
        const dRe = r3 * c3 + m3 * s3;
        const dIm = m3 * c3 - r3 * s3;
        const aRe = re[i0] ?? 0;
        const aIm = im[i0] ?? 0;
        const evenRe = aRe + bRe;
        const evenIm = aIm + bIm;
        const lessRe = aRe - bRe;
        const lessIm = aIm - bIm;
        const oddRe = cRe + dRe;
        const oddIm = cIm + dIm;
        const turnRe = cIm - dIm;
        const turnIm = dRe - cRe;
        re[i0] = evenRe + oddRe;
        im[i0] = evenIm + oddIm;
        re[i1] = lessRe + turnRe;
        im[i1] = lessIm + turnIm;
        re[i2] = evenRe - oddRe;
        im[i2] = evenIm - oddIm;
        re[i3] = lessRe - turnRe;
        im[i3] = lessIm - turnIm;
      }
    }
  }

  #unpack(): void {
    const half = this.#half;
    const re = this.#re;
    const im = this.#im;
    const power = this.power;
    const firstRe = re[0] ?? 0;
    const firstIm = im[0] ?? 0;
    const real = this.#real;
    real[0] = firstRe + firstIm;
    real[half] = firstRe - firstIm;
    power[0] = (firstRe + firstIm) ** 2;
    power[half] = (firstRe - firstIm) ** 2;
    for (let k = 1; k < half; k += 1) {
      const aRe = re[k] ?? 0;
      const aIm = im[k] ?? 0;
      const bRe = re[half - k] ?? 0;
      const bIm = im[half - k] ?? 0;
      const evenRe = (aRe + bRe) / 2;
      const evenIm = (aIm - bIm) / 2;
      const oddRe = (aIm + bIm) / 2;
      const oddIm = (bRe - aRe) / 2;
      const c = this.#cos[k] ?? 0;
      const s = this.#sin[k] ?? 0;
      const xRe = evenRe + oddRe * c + oddIm * s;
      const xIm = evenIm + oddIm * c - oddRe * s;
      real[k] = xRe;
      power[k] = xRe * xRe + xIm * xIm;
    }
  }
}

function bitReversal(size: number): Uint32Array {
  const order = new Uint32Array(size);
  const bits = Math.log2(size);
  for (let i = 0; i < size; i += 1) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit += 1) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    order[i] = reversed;
  }
  return order;
}

/** For each pass of two stages, cosine and sine of once, twice and three times the angle of each butterfly. */
function doubleStageTwiddles(half: number): readonly Float64Array[] {
  const tables: Float64Array[] = [];
  for (let span = Math.log2(half) % 2 === 1 ? 2 : 1; span < half; span *= 4) {
    const angle = (2 * Math.PI) / (4 * span);
    tables.push(
      Float64Array.from({ length: 6 * span }, (_, i) => {
        const turn = angle * Math.floor(i / 6) * (Math.floor((i % 6) / 2) + 1);
        return i % 2 === 0 ? Math.cos(turn) : Math.sin(turn);
      }),
    );
  }
  return tables;
}

/** The periodic Hann window. */
export function hannWindow(sizeSamples: number): Float64Array {
  return Float64Array.from(
    { length: sizeSamples },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / sizeSamples),
  );
}
