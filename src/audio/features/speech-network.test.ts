import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { expect, test } from "vitest";
import { readBranchTensors } from "../../formats/onnx/index.ts";
import { loadSpeechModel } from "./speech-model.ts";
import { SPEECH_WINDOW_SAMPLES } from "./speech-network.ts";
import { speechWeights } from "./speech-weights.ts";

const CONTEXT_SAMPLES = 64;
const file = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve("@ricky0123/vad-web")), "silero_vad_v6.onnx"),
);

/** What the model's own runtime says of one window after the other. */
async function reference(windows: readonly Float32Array[]): Promise<number[]> {
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(file, { executionProviders: ["wasm"] });
  const rate = new Tensor("int64", BigInt64Array.of(16_000n), []);
  const samples = new Float32Array(CONTEXT_SAMPLES + SPEECH_WINDOW_SAMPLES);
  let state: Tensor = new Tensor("float32", new Float32Array(256), [2, 1, 128]);
  const answers: number[] = [];
  for (const window of windows) {
    samples.copyWithin(0, SPEECH_WINDOW_SAMPLES);
    samples.set(window, CONTEXT_SAMPLES);
    const input = new Tensor("float32", samples, [1, samples.length]);
    const { output, stateN } = await session.run({ input, state, sr: rate });
    state = stateN ?? state;
    answers.push(Number(output?.data[0]));
  }
  return answers;
}

/** Buzzing vowels of 100–250 Hz with pauses and a little noise: what sometimes passes for a voice. */
function buzz(count: number): Float32Array[] {
  let [random, phase, at] = [1, 0, 0];
  return Array.from({ length: count }, () =>
    Float32Array.from({ length: SPEECH_WINDOW_SAMPLES }, () => {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
      const seconds = at++ / 16_000;
      phase += (175 + 75 * Math.sin(2.5 * seconds)) / 16_000;
      const loud = Math.max(0, Math.sin(9 * seconds));
      let sum = random / 2 ** 31 / 200;
      for (let partial = 1; partial <= 20; partial++) {
        const formant = Math.exp(-(((partial * 175 - 600) / 300) ** 2)) + 0.5 / partial;
        sum += 0.1 * loud * formant * Math.sin(2 * Math.PI * partial * phase);
      }
      return sum;
    }),
  );
}

test("says what the model's own runtime says, window by window", async () => {
  const windows = buzz(250);
  const expected = await reference(windows);
  // The signal has to ask something of the network: it is sure of both, and in doubt between them.
  expect(Math.min(...expected)).toBeLessThan(0.05);
  expect(Math.max(...expected)).toBeGreaterThan(0.6);
  const voiceIn = loadSpeechModel()?.start() ?? (() => Number.NaN);
  const worst = Math.max(
    ...windows.map((window, index) => Math.abs(voiceIn(window) - (expected[index] ?? 0))),
  );
  expect(worst).toBeLessThan(1e-4);
}, 60_000);

test("recordings share a model and nothing else", () => {
  const model = loadSpeechModel();
  const windows = buzz(40);
  const alone = model?.start();
  const expected = windows.map((window) => alone?.(window));
  const [first, second] = [model?.start(), model?.start()];
  for (const [index, window] of windows.entries()) {
    second?.(new Float32Array(SPEECH_WINDOW_SAMPLES).fill(index / 100));
    expect(first?.(window)).toBe(expected[index]);
  }
});

test("weights of another shape are refused by name", () => {
  expect(() => speechWeights(readBranchTensors(file, "else_branch"))).toThrow(
    /stft.forward_basis_buffer|encoder.0/,
  );
  expect(() => speechWeights(new Map())).toThrow(RangeError);
});
