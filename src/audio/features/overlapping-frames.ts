/** Cuts a stream into frames that begin `hopSamples` apart and may overlap. */
export class OverlappingFrames {
  readonly #frameSamples: number;
  readonly #hopSamples: number;
  readonly #onFrame: (samples: Float32Array, from: number) => void;
  readonly #buffer: Float32Array;
  #fill: number;

  /** `onFrame` is called with where the frame begins in `samples`; both are valid during the call. The first frame begins `leadSamples` of silence before the stream. */
  constructor(options: {
    readonly frameSamples: number;
    readonly hopSamples: number;
    readonly leadSamples: number;
    readonly onFrame: (samples: Float32Array, from: number) => void;
  }) {
    this.#frameSamples = options.frameSamples;
    this.#hopSamples = options.hopSamples;
    this.#onFrame = options.onFrame;
    this.#fill = options.leadSamples;
    this.#buffer = new Float32Array(options.frameSamples + 16 * options.hopSamples);
  }

  push(samples: Float32Array): void {
    const buffer = this.#buffer;
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(samples.length - at, buffer.length - this.#fill);
      buffer.set(samples.subarray(at, at + count), this.#fill);
      this.#fill += count;
      at += count;
      let from = 0;
      for (; from + this.#frameSamples <= this.#fill; from += this.#hopSamples) this.#onFrame(buffer, from);
      buffer.copyWithin(0, from, this.#fill);
      this.#fill -= from;
    }
  }
}
