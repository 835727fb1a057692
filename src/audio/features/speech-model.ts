import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the model hears at: windows of 512 samples (32 ms). */
export const SPEECH_RATE_HZ = 16_000;
export const SPEECH_WINDOW_SAMPLES = 512;
/** The end of the window before goes in front of each window. */
export const SPEECH_CONTEXT_SAMPLES = 64;
/** Neither the package that the model ships in nor its runtime is installed with Deadwax. */
export const SPEECH_IS_ABSENT =
  "the share of speech is not measured: its model is not installed; get it with: npm install @ricky0123/vad-web@0.0.31 onnxruntime-web@1.30.0";

export interface SpeechModel {
  /** Name of the model and version of the runtime. */
  readonly tool: string;
  /** Begins a recording; the answer takes one window after the other, and gives how probable a voice is in it, 0–1. */
  start(): (window: Float32Array) => Promise<number>;
}

export interface SpeechPackages {
  /** Silero VAD as it ships inside `@ricky0123/vad-web`. */
  readonly model: string;
  readonly runtime: string;
}

const PACKAGES: SpeechPackages = { model: "@ricky0123/vad-web", runtime: "onnxruntime-web" };
const MODEL_NAME = "silero_vad_v6";
const STATE_SHAPE = [2, 1, 128];
const STATE_VALUES = 256;

/** As much of `onnxruntime-web` as is used here. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads: number }; readonly versions: { readonly web?: string } };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, shape: readonly number[]) => Tensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: { readonly executionProviders: readonly string[] }): Promise<Session>;
  };
}

interface Tensor {
  readonly data: ArrayLike<number>;
}

interface Session {
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor | undefined>>>;
}

/** Whether both packages are installed. */
export function hasSpeechModel(packages: SpeechPackages = PACKAGES): boolean {
  return modelPath(packages) !== null;
}

/**
 * The model in its WebAssembly runtime, one thread; null when a package is not installed. Loading takes about two
 * seconds and 150 MB.
 */
export async function loadSpeechModel(packages: SpeechPackages = PACKAGES): Promise<SpeechModel | null> {
  const path = modelPath(packages);
  if (path === null) return null;
  // By a name that the compiler does not follow: the package need not be there.
  const runtime: Runtime = await import(`${packages.runtime}/wasm`);
  runtime.env.wasm.numThreads = 1;
  const session = await runtime.InferenceSession.create(await readFile(path), {
    executionProviders: ["wasm"],
  });
  const rate = new runtime.Tensor("int64", BigInt64Array.of(BigInt(SPEECH_RATE_HZ)), []);
  return {
    tool: `${MODEL_NAME} (ONNX Runtime ${runtime.env.versions.web ?? "unknown"})`,
    start() {
      const samples = new Float32Array(SPEECH_CONTEXT_SAMPLES + SPEECH_WINDOW_SAMPLES);
      const input = new runtime.Tensor("float32", samples, [1, samples.length]);
      let state = new runtime.Tensor("float32", new Float32Array(STATE_VALUES), STATE_SHAPE);
      return async (window) => {
        samples.copyWithin(0, SPEECH_WINDOW_SAMPLES);
        samples.set(window, SPEECH_CONTEXT_SAMPLES);
        const { output, stateN } = await session.run({ input, state, sr: rate });
        if (output === undefined || stateN === undefined) throw new Error(`${MODEL_NAME} gave no answer`);
        state = stateN;
        return output.data[0] ?? 0;
      };
    },
  };
}

let shared: Promise<SpeechModel | null> | null = null;

/** The model that all recordings of a process share: it is loaded when it is first asked for. */
export function sharedSpeechModel(): Promise<SpeechModel | null> {
  shared ??= loadSpeechModel();
  return shared;
}

function modelPath({ model, runtime }: SpeechPackages): string | null {
  const { resolve } = createRequire(import.meta.url);
  try {
    resolve(`${runtime}/wasm`);
    // The file itself is not among the exports of its package, its entry is.
    return resolve(join(dirname(resolve(model)), `${MODEL_NAME}.onnx`));
  } catch {
    return null;
  }
}
