import { createKernel, type Kernel } from "../../core/wasm/kernel.ts";
import { FFT_LOOPS } from "./fft-loops.ts";

/** What a frame is multiplied by. */
export type WindowName = "none" | "hann";

/** Power spectra of real frames: one complex FFT of half the length and an unpacking step. */
export class PowerSpectrum {
  readonly sizeSamples: number;
  /** Squared magnitudes of the bins 0 … size / 2. */
  readonly power: Float64Array;
  readonly #transform: Transform;

  /** `sizeSamples`: a power of two, at least 8. */
  constructor(sizeSamples: number, window: WindowName = "none") {
    if (sizeSamples < 8 || (sizeSamples & (sizeSamples - 1)) !== 0) {
      throw new RangeError(`an FFT of ${sizeSamples} samples is no power of two`);
    }
    this.sizeSamples = sizeSamples;
    this.power = new Float64Array(sizeSamples / 2 + 1);
    this.#transform = sharedTransform(sizeSamples, window);
  }

  /** The power spectrum of the frame that begins at `from` in `samples`; valid until the next call. */
  of(samples: Float32Array, from = 0): Float64Array {
    this.#transform.run(samples, from);
    this.power.set(this.#transform.power);
    return this.power;
  }

  /** The real parts of the transform, bins 0 … size / 2. */
  realPartOf(samples: Float32Array): Float64Array {
    this.#transform.run(samples, 0);
    return this.#transform.real.slice();
  }
}

/** The periodic Hann window. */
export function hannWindow(sizeSamples: number): Float64Array {
  return Float64Array.from(
    { length: sizeSamples },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / sizeSamples),
  );
}

const transforms = new Map<string, Transform>();

/** Tables and loops of a size and window are made once a process: nothing in them outlives a call. */
function sharedTransform(sizeSamples: number, window: WindowName): Transform {
  const key = `${sizeSamples} ${window}`;
  const transform = transforms.get(key) ?? new Transform(sizeSamples, window);
  transforms.set(key, transform);
  return transform;
}

/** One size and window: tables, buffers and loops in one memory. */
class Transform {
  readonly power: Float64Array;
  readonly real: Float64Array;
  readonly #size: number;
  readonly #samples: Float32Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #load: () => void;
  readonly #doubleStages: readonly (() => void)[];
  readonly #unpack: () => void;

  constructor(size: number, window: WindowName) {
    const half = size / 2;
    const spans: number[] = [];
    const hasOddStage = Math.log2(half) % 2 === 1;
    for (let span = hasOddStage ? 2 : 4; span < half; span *= 4) spans.push(span);
    const doubles = 2 * size + 6 * half + 6 * spans.reduce((sum, span) => sum + span, 0) + 64;
    const kernel = createKernel(FFT_LOOPS, doubles * 8);
    const memory = new Layout(kernel);

    const samples = memory.doubles(half);
    const order = memory.doubles(Math.max(2, half / 2));
    const weights = memory.doubles(size);
    const re = memory.doubles(half);
    const im = memory.doubles(half);
    const cos = memory.doubles(half);
    const sin = memory.doubles(half);
    const real = memory.doubles(half + 2);
    const power = memory.doubles(half + 2);
    const constants = memory.doubles(4);
    const twiddles = spans.map((span) => memory.doubles(6 * span));

    weights.values.set(window === "hann" ? hannWindow(size) : new Float64Array(size).fill(1));
    kernel.words.set(bitReversal(half), order.at / 4);
    constants.values.set([1, -1, 0.5, 0.5]);
    for (let k = 0; k < half; k += 1) {
      cos.values[k] = Math.cos((2 * Math.PI * k) / size);
      sin.values[k] = Math.sin((2 * Math.PI * k) / size);
    }
    for (const [index, span] of spans.entries()) twiddles[index]?.values.set(doubleStageTwiddles(span));

    this.#size = size;
    this.#samples = kernel.floats.subarray(samples.at / 4, samples.at / 4 + size);
    this.#re = re.values;
    this.#im = im.values;
    this.real = real.values.subarray(0, half + 1);
    this.power = power.values.subarray(0, half + 1);
    const load = kernel.loop(hasOddStage ? "loadOneStage" : "loadTwoStages");
    this.#load = () => load(samples.at, weights.at, order.at, re.at, im.at, half, constants.at);
    const doubleStage = kernel.loop("doubleStage");
    this.#doubleStages = spans.map((span, index) => {
      const table = twiddles[index]?.at ?? 0;
      return () => doubleStage(re.at, im.at, 8 * half, 8 * span, table);
    });
    const unpack = kernel.loop("unpack");
    this.#unpack = () => unpack(re.at, im.at, cos.at, sin.at, real.at, power.at, half, constants.at + 16);
  }

  run(samples: Float32Array, from: number): void {
    this.#samples.set(samples.subarray(from, from + this.#size));
    this.#load();
    for (const doubleStage of this.#doubleStages) doubleStage();
    this.#unpack();
    const half = this.#re.length;
    const sum = (this.#re[0] ?? 0) + (this.#im[0] ?? 0);
    const difference = (this.#re[0] ?? 0) - (this.#im[0] ?? 0);
    this.real[0] = sum;
    this.real[half] = difference;
    this.power[0] = sum * sum;
    this.power[half] = difference * difference;
  }
}

/** Gives out places in a kernel's memory, one behind the other. */
class Layout {
  readonly #kernel: Kernel;
  #next = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** `at` in bytes, a multiple of 16. */
  doubles(count: number): { readonly at: number; readonly values: Float64Array } {
    const at = this.#next;
    this.#next += 16 * Math.ceil(count / 2);
    return { at, values: this.#kernel.doubles.subarray(at / 8, at / 8 + count) };
  }
}

/** Where each pair of samples lies, in bytes from the first. */
function bitReversal(half: number): Uint32Array {
  const bits = Math.log2(half);
  return Uint32Array.from({ length: half }, (_, i) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit += 1) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    return 8 * reversed;
  });
}

/** Cosines of each butterfly's angle, then sines; the same of twice and three times the angle. */
function doubleStageTwiddles(span: number): Float64Array {
  const angle = (2 * Math.PI) / (4 * span);
  return Float64Array.from({ length: 6 * span }, (_, i) => {
    const turn = angle * (i % span) * (Math.floor(i / (2 * span)) + 1);
    return Math.floor(i / span) % 2 === 0 ? Math.cos(turn) : Math.sin(turn);
  });
}
