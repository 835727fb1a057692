/**
 * Power spectra of real frames: one complex FFT of half the length and an unpacking step. A plan holds its tables and
 * buffers, so that a frame allocates nothing.
 */
export class PowerSpectrum {
  readonly sizeSamples: number;
  /** Squared magnitudes of the bins 0 … size / 2. */
  readonly power: Float64Array;
  readonly #window: Float64Array;
  readonly #real: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #order: Uint32Array;
  readonly #twiddles: readonly Float64Array[];

  /** `sizeSamples`: a power of two, at least 8. Frames are multiplied by `window`, as long as they are. */
  constructor(sizeSamples: number, window: Float64Array = new Float64Array(sizeSamples).fill(1)) {
    if (sizeSamples < 8 || (sizeSamples & (sizeSamples - 1)) !== 0) {
      throw new RangeError(`an FFT of ${sizeSamples} samples is no power of two`);
    }
    const half = sizeSamples / 2;
    this.sizeSamples = sizeSamples;
    this.power = new Float64Array(half + 1);
    this.#window = window;
    this.#real = new Float64Array(half + 1);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
    this.#cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / sizeSamples));
    this.#sin = Float64Array.from({ length: half }, (_, k) => Math.sin((2 * Math.PI * k) / sizeSamples));
    this.#order = bitReversal(half);
    this.#twiddles = doubleStageTwiddles(half);
  }

  /** The power spectrum of the frame that begins at `from` in `samples`; valid until the next call. */
  of(samples: Float32Array, from = 0): Float64Array {
    this.#run(samples, from);
    return this.power;
  }

  /** The real parts of the transform, bins 0 … size / 2; valid until the next call. */
  realPartOf(samples: Float32Array): Float64Array {
    this.#run(samples, 0);
    return this.#real;
  }

  /** Decimation in time: two stages in one pass while there are two, with their twiddles side by side. */
  #run(samples: Float32Array, from: number): void {
    const hasOddStage = Math.log2(this.#re.length) % 2 === 1;
    if (hasOddStage) this.#loadStage(samples, from);
    else this.#loadDoubleStage(samples, from);
    let span = hasOddStage ? 2 : 4;
    for (const twiddles of this.#twiddles) {
      this.#doubleStage(span, twiddles);
      span *= 4;
    }
    this.#unpack();
  }

  /** Even samples are real parts, odd ones imaginary parts, in bit-reversed order; the first stage needs no twiddles. */
  #loadStage(samples: Float32Array, from: number): void {
    const re = this.#re;
    const im = this.#im;
    const order = this.#order;
    const window = this.#window;
    for (let a = 0; a < re.length; a += 2) {
      const i = 2 * (order[a] ?? 0);
      const j = 2 * (order[a + 1] ?? 0);
      const aRe = (samples[from + i] ?? 0) * (window[i] ?? 0);
      const aIm = (samples[from + i + 1] ?? 0) * (window[i + 1] ?? 0);
      const bRe = (samples[from + j] ?? 0) * (window[j] ?? 0);
      const bIm = (samples[from + j + 1] ?? 0) * (window[j + 1] ?? 0);
      re[a] = aRe + bRe;
      im[a] = aIm + bIm;
      re[a + 1] = aRe - bRe;
      im[a + 1] = aIm - bIm;
    }
  }

  /** The same with the first two stages in one. */
  #loadDoubleStage(samples: Float32Array, from: number): void {
    const re = this.#re;
    const im = this.#im;
    const order = this.#order;
    const window = this.#window;
    for (let at = 0; at < re.length; at += 4) {
      const a = 2 * (order[at] ?? 0);
      const b = 2 * (order[at + 1] ?? 0);
      const c = 2 * (order[at + 2] ?? 0);
      const d = 2 * (order[at + 3] ?? 0);
      const aRe = (samples[from + a] ?? 0) * (window[a] ?? 0);
      const aIm = (samples[from + a + 1] ?? 0) * (window[a + 1] ?? 0);
      const bRe = (samples[from + b] ?? 0) * (window[b] ?? 0);
      const bIm = (samples[from + b + 1] ?? 0) * (window[b + 1] ?? 0);
      const cRe = (samples[from + c] ?? 0) * (window[c] ?? 0);
      const cIm = (samples[from + c + 1] ?? 0) * (window[c + 1] ?? 0);
      const dRe = (samples[from + d] ?? 0) * (window[d] ?? 0);
      const dIm = (samples[from + d + 1] ?? 0) * (window[d + 1] ?? 0);
      re[at] = aRe + bRe + (cRe + dRe);
      im[at] = aIm + bIm + (cIm + dIm);
      re[at + 1] = aRe - bRe + (cIm - dIm);
      im[at + 1] = aIm - bIm + (dRe - cRe);
      re[at + 2] = aRe + bRe - (cRe + dRe);
      im[at + 2] = aIm + bIm - (cIm + dIm);
      re[at + 3] = aRe - bRe - (cIm - dIm);
      im[at + 3] = aIm - bIm - (dRe - cRe);
    }
  }

  #doubleStage(span: number, twiddles: Float64Array): void {
    const re = this.#re;
    const im = this.#im;
    for (let k = 0; k < span; k += 1) {
      const w = 6 * k;
      const c1 = twiddles[w] ?? 0;
      const s1 = twiddles[w + 1] ?? 0;
      const c2 = twiddles[w + 2] ?? 0;
      const s2 = twiddles[w + 3] ?? 0;
      const c3 = twiddles[w + 4] ?? 0;
      const s3 = twiddles[w + 5] ?? 0;
      for (let i0 = k; i0 < re.length; i0 += 4 * span) {
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

  /** Bin k and bin half − k come out of the same two values. */
  #unpack(): void {
    const re = this.#re;
    const im = this.#im;
    const half = re.length;
    const cos = this.#cos;
    const sin = this.#sin;
    const power = this.power;
    const real = this.#real;
    const sum = (re[0] ?? 0) + (im[0] ?? 0);
    const difference = (re[0] ?? 0) - (im[0] ?? 0);
    real[0] = sum;
    real[half] = difference;
    power[0] = sum * sum;
    power[half] = difference * difference;
    for (let k = 1, j = half - 1; k <= j; k += 1, j -= 1) {
      const aRe = re[k] ?? 0;
      const aIm = im[k] ?? 0;
      const bRe = re[j] ?? 0;
      const bIm = im[j] ?? 0;
      const evenRe = (aRe + bRe) / 2;
      const evenIm = (aIm - bIm) / 2;
      const oddRe = (aIm + bIm) / 2;
      const oddIm = (bRe - aRe) / 2;
      const c = cos[k] ?? 0;
      const s = sin[k] ?? 0;
      const turnRe = oddRe * c + oddIm * s;
      const turnIm = oddIm * c - oddRe * s;
      const lowRe = evenRe + turnRe;
      const lowIm = evenIm + turnIm;
      const highRe = evenRe - turnRe;
      const highIm = evenIm - turnIm;
      real[k] = lowRe;
      real[j] = highRe;
      power[k] = lowRe * lowRe + lowIm * lowIm;
      power[j] = highRe * highRe + highIm * highIm;
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

/** For each pass of two stages behind the first, cosine and sine of once, twice and three times each butterfly's angle. */
function doubleStageTwiddles(half: number): readonly Float64Array[] {
  const tables: Float64Array[] = [];
  for (let span = Math.log2(half) % 2 === 1 ? 2 : 4; span < half; span *= 4) {
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
