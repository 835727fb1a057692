import {
  BINS,
  CELLS,
  FRAME_SAMPLES,
  GATES,
  NARROW,
  PADDED_BINS,
  type SpeechWeights,
  TAPS,
  WIDE,
} from "./speech-weights.ts";
import { VectorMemory } from "./vector-products.ts";

export const SPEECH_WINDOW_SAMPLES = 512;
/** The end of the window before goes in front of each window. */
const CONTEXT_SAMPLES = 64;
const INPUT_SAMPLES: number = CONTEXT_SAMPLES + SPEECH_WINDOW_SAMPLES;
/** Mirrored behind the window. */
const MIRRORED_SAMPLES = 64;
const FRAMES = 4;
const HOP_SAMPLES = 128;
/** For weights (1.2 MB) and what is between the layers. */
const CAPACITY = 340_000;

/** What a recording leaves from one window to the next. */
export class SpeechState {
  readonly context: Float32Array = new Float32Array(CONTEXT_SAMPLES);
  readonly hidden: Float32Array = new Float32Array(CELLS);
  readonly cell: Float32Array = new Float32Array(CELLS);
}

/**
 * Silero VAD (versions 5 and 6, at 16 kHz): the magnitudes of four short spectra, four convolutions over time, one LSTM
 * cell, one weighted sum. In single precision, as the model's own runtime has it.
 */
export class SpeechNetwork {
  readonly #weights: SpeechWeights;
  readonly #memory = new VectorMemory(CAPACITY);
  readonly #basis: number;
  readonly #convolutions: readonly number[];
  readonly #gates: number;
  readonly #samples: number = this.#memory.reserve(INPUT_SAMPLES + MIRRORED_SAMPLES);
  // A silent moment stands in front of those that a convolution meets, and one behind where it meets it.
  readonly #spectra: number = this.#memory.reserve((FRAMES + 2) * PADDED_BINS);
  readonly #fours: number = this.#memory.reserve((FRAMES + 1) * WIDE);
  readonly #twos: number = this.#memory.reserve(3 * NARROW);
  readonly #ones: number = this.#memory.reserve(3 * NARROW);
  readonly #cellInput: number = this.#memory.reserve(2 * CELLS);
  readonly #products: number = this.#memory.reserve(2 * BINS * FRAMES);

  constructor(weights: SpeechWeights) {
    this.#weights = weights;
    this.#basis = this.#memory.place(weights.basis);
    this.#convolutions = weights.convolutions.map(({ rows }) => this.#memory.place(rows));
    this.#gates = this.#memory.place(weights.gates.rows);
  }

  /** How probable a voice is in the next window of a recording, 0–1. */
  voiceIn(window: Float32Array, state: SpeechState): number {
    this.#hear(window, state.context);
    this.#spectrum();
    this.#convolve();
    return sigmoid(this.#decide(state));
  }

  #hear(window: Float32Array, context: Float32Array): void {
    const { floats } = this.#memory;
    const end = this.#samples + INPUT_SAMPLES;
    floats.set(context, this.#samples);
    floats.set(window, this.#samples + CONTEXT_SAMPLES);
    for (let index = 0; index < MIRRORED_SAMPLES; index++) floats[end + index] = floats[end - 2 - index] ?? 0;
    context.set(window.subarray(SPEECH_WINDOW_SAMPLES - CONTEXT_SAMPLES));
  }

  #spectrum(): void {
    const { floats } = this.#memory;
    const basis = { first: this.#basis, count: 2 * BINS, step: FRAME_SAMPLES };
    const frames = { first: this.#samples, count: FRAMES, step: HOP_SAMPLES };
    this.#memory.multiply(basis, frames, FRAME_SAMPLES, this.#products);
    for (let bin = 0; bin < BINS; bin++) {
      for (let frame = 0; frame < FRAMES; frame++) {
        const real = this.#product(bin * FRAMES + frame);
        const imaginary = this.#product((BINS + bin) * FRAMES + frame);
        const at = this.#spectra + (1 + frame) * PADDED_BINS + bin;
        floats[at] = Math.sqrt(real * real + imaginary * imaginary);
      }
    }
  }

  /** Four moments of 129 bins become four of 128 channels, two of 64, one of 64, one of 128. */
  #convolve(): void {
    const [first = 0, second = 0, third = 0, fourth = 0] = this.#convolutions;
    const multiply = (
      [left, count, step]: readonly [number, number, number],
      [right, rows]: readonly [number, number],
      channels: number,
    ): void =>
      this.#memory.multiply(
        { first: left, count, step },
        { first: right, count: rows, step: TAPS * channels },
        TAPS * channels,
        this.#products,
      );
    // The weights stand on the left here, to be read once for all four moments.
    this.#memory.multiply(
      { first, count: WIDE, step: TAPS * PADDED_BINS },
      { first: this.#spectra, count: FRAMES, step: PADDED_BINS },
      TAPS * PADDED_BINS,
      this.#products,
    );
    this.#activate(0, this.#fours + WIDE, FRAMES, { channel: FRAMES, moment: 1 });
    multiply([this.#fours, 2, 2 * WIDE], [second, NARROW], WIDE);
    this.#activate(1, this.#twos + NARROW, 2, { channel: 1, moment: NARROW });
    multiply([this.#twos, 1, NARROW], [third, NARROW], NARROW);
    this.#activate(2, this.#ones + NARROW, 1, { channel: 1, moment: NARROW });
    multiply([this.#ones, 1, NARROW], [fourth, WIDE], NARROW);
    this.#activate(3, this.#cellInput, 1, { channel: 1, moment: WIDE });
  }

  /** Adds the bias to the products and leaves out what is below zero; `steps` says how the products stand. */
  #activate(
    layer: 0 | 1 | 2 | 3,
    to: number,
    moments: number,
    steps: { readonly channel: number; readonly moment: number },
  ): void {
    const { bias } = this.#weights.convolutions[layer];
    for (let channel = 0; channel < bias.length; channel++) {
      const added = bias[channel] ?? 0;
      for (let moment = 0; moment < moments; moment++) {
        const value = this.#product(channel * steps.channel + moment * steps.moment) + added;
        this.#memory.floats[to + moment * bias.length + channel] = Math.max(value, 0);
      }
    }
  }

  /** One step of the LSTM, and the weighted sum of what it gives. */
  #decide({ hidden, cell }: SpeechState): number {
    this.#memory.floats.set(hidden, this.#cellInput + CELLS);
    this.#memory.multiply(
      { first: this.#cellInput, count: 1, step: 2 * CELLS },
      { first: this.#gates, count: GATES, step: 2 * CELLS },
      2 * CELLS,
      this.#products,
    );
    const { gates, voice } = this.#weights;
    const gate = (row: number): number => this.#product(row) + (gates.bias[row] ?? 0);
    let sum = voice.bias[0] ?? 0;
    for (let index = 0; index < CELLS; index++) {
      const kept = sigmoid(gate(CELLS + index)) * (cell[index] ?? 0);
      const value = kept + sigmoid(gate(index)) * Math.tanh(gate(2 * CELLS + index));
      const given = sigmoid(gate(3 * CELLS + index)) * Math.tanh(value);
      cell[index] = value;
      hidden[index] = given;
      sum += Math.max(given, 0) * (voice.rows[index] ?? 0);
    }
    return sum;
  }

  #product(index: number): number {
    return this.#memory.floats[this.#products + index] ?? 0;
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
