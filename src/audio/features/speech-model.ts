import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readBranchTensors } from "../../formats/onnx/index.ts";
import { SpeechNetwork, SpeechState } from "./speech-network.ts";
import { speechWeights } from "./speech-weights.ts";

/** What the model hears at. */
export const SPEECH_RATE_HZ = 16_000;
/** The package that the model ships in is not installed with Deadwax. */
export const SPEECH_IS_ABSENT =
  "the share of speech is not measured: its model is not installed; get it with: npm install @ricky0123/vad-web@0.0.31";

export interface SpeechModel {
  /** Name of the model and of what runs it. */
  readonly tool: string;
  /** Begins a recording; the answer takes one window after the other, and gives how probable a voice is in it, 0–1. */
  start(): (window: Float32Array) => number;
}

const PACKAGE = "@ricky0123/vad-web";
const MODEL_NAME = "silero_vad_v6";
/** Of the file in version 0.0.31 of the package: the network that is run here is the network of this file. */
const MODEL_SHA256 = "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3";
/** Stands beside the value. */
export const SPEECH_TOOL: string = `${MODEL_NAME} (Deadwax)`;
/** Its network for 16 kHz; the other one is for 8 kHz. */
const BRANCH = "then_branch";

/** Whether the package is installed, with the model that is known here. */
export function hasSpeechModel(packageName: string = PACKAGE): boolean {
  return modelFile(packageName) !== null;
}

/** Null when the model is not there. Takes some 5 MB. */
export function loadSpeechModel(packageName: string = PACKAGE): SpeechModel | null {
  const file = modelFile(packageName);
  if (file === null) return null;
  const network = new SpeechNetwork(speechWeights(readBranchTensors(file, BRANCH)));
  return {
    tool: SPEECH_TOOL,
    start() {
      const state = new SpeechState();
      return (window) => network.voiceIn(window, state);
    },
  };
}

let shared: SpeechModel | null | undefined;

/** The model that all recordings of a process share: it is loaded when it is first asked for. */
export function sharedSpeechModel(): SpeechModel | null {
  shared ??= loadSpeechModel();
  return shared;
}

function modelFile(packageName: string): Buffer | null {
  const { resolve } = createRequire(import.meta.url);
  let file: Buffer;
  try {
    // The file itself is not among the exports of its package, its entry is.
    file = readFileSync(resolve(join(dirname(resolve(packageName)), `${MODEL_NAME}.onnx`)));
  } catch {
    return null;
  }
  return createHash("sha256").update(file).digest("hex") === MODEL_SHA256 ? file : null;
}
