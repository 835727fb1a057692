import type { SpeechModel } from "./speech-model.ts";
import { SPEECH_WINDOW_SAMPLES } from "./speech-network.ts";

export interface SpeechShare {
  /** 0–1: of the windows of 32 ms, those in which a voice is more probable than not. */
  readonly share: number;
  readonly tool: string;
}

/** Above it a window counts as speech; what the model's authors suggest. */
const THRESHOLD = 0.5;

/** How much of a mono stream at 16 kHz is speech. */
export class SpeechMeter {
  readonly #tool: string;
  readonly #voiceIn: (window: Float32Array) => number;
  readonly #window = new Float32Array(SPEECH_WINDOW_SAMPLES);
  #filled = 0;
  #windows = 0;
  #voiced = 0;

  constructor(model: SpeechModel) {
    this.#tool = model.tool;
    this.#voiceIn = model.start();
  }

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + SPEECH_WINDOW_SAMPLES - this.#filled);
      this.#window.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < SPEECH_WINDOW_SAMPLES) return;
      this.#filled = 0;
      this.#windows++;
      if (this.#voiceIn(this.#window) > THRESHOLD) this.#voiced++;
    }
  }

  /** Null for less than one window. */
  finish(): SpeechShare | null {
    return this.#windows === 0 ? null : { share: this.#voiced / this.#windows, tool: this.#tool };
  }
}
