import type { OnnxTensor } from "../../formats/onnx/index.ts";

/** Sizes of the network; frames, bins and channels of a window of 512 samples at 16 kHz. */
export const FRAME_SAMPLES = 256;
export const BINS = 129;
/** Bins and silent ones behind them, so that vectors of three moments have a length that suits the loop. */
export const PADDED_BINS = 136;
export const TAPS = 3;
export const WIDE = 128;
export const NARROW = 64;
export const CELLS = 128;
export const GATES: number = 4 * CELLS;

/** Rows of numbers, one for each thing that comes out, and what is added to each. */
export interface LayerWeights {
  readonly rows: Float32Array;
  readonly bias: Float32Array;
}

export interface SpeechWeights {
  /** Real parts, then imaginary parts: 2 × 129 rows of 256. */
  readonly basis: Float32Array;
  /** A row holds the weights of the moment before, the moment and the moment behind, each with its channels together. */
  readonly convolutions: readonly [LayerWeights, LayerWeights, LayerWeights, LayerWeights];
  /** Input, forget, cell and output gates, 128 rows each; a row holds the weights of the input, then of the hidden state. */
  readonly gates: LayerWeights;
  /** One row. */
  readonly voice: LayerWeights;
}

/** The weights as the loops want them. Throws `RangeError` when one is missing or has another shape. */
export function speechWeights(tensors: ReadonlyMap<string, OnnxTensor>): SpeechWeights {
  const take = (name: string, ...shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) {
      throw new RangeError(`the model has no "${name}" of ${shape.join(" × ")}`);
    }
    return tensor.values;
  };
  const convolution = (layer: number, from: number, to: number, padded: number): LayerWeights => ({
    rows: byMoment(take(`encoder.${layer}.reparam_conv.weight`, to, from, TAPS), from, padded),
    bias: take(`encoder.${layer}.reparam_conv.bias`, to),
  });
  const hidden = take("decoder.rnn.bias_hh", GATES);
  return {
    basis: take("stft.forward_basis_buffer", 2 * BINS, 1, FRAME_SAMPLES),
    convolutions: [
      convolution(0, BINS, WIDE, PADDED_BINS),
      convolution(1, WIDE, NARROW, WIDE),
      convolution(2, NARROW, NARROW, NARROW),
      convolution(3, NARROW, WIDE, NARROW),
    ],
    gates: {
      rows: sideBySide(
        take("decoder.rnn.weight_ih", GATES, CELLS),
        take("decoder.rnn.weight_hh", GATES, CELLS),
      ),
      bias: take("decoder.rnn.bias_ih", GATES).map((value, gate) => value + (hidden[gate] ?? 0)),
    },
    voice: {
      rows: take("decoder.decoder.2.weight", 1, CELLS, 1),
      bias: take("decoder.decoder.2.bias", 1),
    },
  };
}

/** From [row][channel][tap] to [row][tap][channel], with zeros behind the channels. */
function byMoment(weights: Float32Array, channels: number, padded: number): Float32Array {
  const rows = weights.length / (channels * TAPS);
  const turned = new Float32Array(rows * TAPS * padded);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let tap = 0; tap < TAPS; tap++) {
        turned[(row * TAPS + tap) * padded + channel] = weights[(row * channels + channel) * TAPS + tap] ?? 0;
      }
    }
  }
  return turned;
}

function sideBySide(left: Float32Array, right: Float32Array): Float32Array {
  const joined = new Float32Array(left.length + right.length);
  for (let at = 0; at < left.length; at += CELLS) {
    joined.set(left.subarray(at, at + CELLS), 2 * at);
    joined.set(right.subarray(at, at + CELLS), 2 * at + CELLS);
  }
  return joined;
}
