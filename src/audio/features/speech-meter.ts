import { SPEECH_RATE_HZ, SPEECH_WINDOW_SAMPLES, type SpeechModel } from "./speech-model.ts";

export interface SpeechShare {
  /** 0–1: of the windows of 32 ms, those in which a voice is more probable than not. */
  readonly share: number;
  readonly tool: string;
}

/** Above it a window counts as speech; what the model's authors suggest. */
const THRESHOLD = 0.5;
/** So much sound may wait: 2 MB. */
const MOST_WAITING_SAMPLES = 30 * SPEECH_RATE_HZ;

/** How much of a mono stream at 16 kHz is speech. The model answers later: what was pushed waits until `settle`. */
export class SpeechMeter {
  readonly #tool: string;
  readonly #voiceIn: (window: Float32Array) => Promise<number>;
  readonly #waiting: Float32Array[] = [];
  readonly #window = new Float32Array(SPEECH_WINDOW_SAMPLES);
  #filled = 0;
  #waitingSamples = 0;
  #windows = 0;
  #voiced = 0;

  constructor(model: SpeechModel) {
    this.#tool = model.tool;
    this.#voiceIn = model.start();
  }

  push(samples: Float32Array): void {
    this.#waiting.push(samples.slice());
    this.#waitingSamples += samples.length;
  }

  /** It is time to settle. */
  get isFull(): boolean {
    return this.#waitingSamples >= MOST_WAITING_SAMPLES;
  }

  /** Works off what waits. */
  async settle(): Promise<void> {
    for (const samples of this.#waiting.splice(0)) {
      for (let at = 0; at < samples.length; ) {
        const part = samples.subarray(at, at + SPEECH_WINDOW_SAMPLES - this.#filled);
        this.#window.set(part, this.#filled);
        this.#filled += part.length;
        at += part.length;
        if (this.#filled < SPEECH_WINDOW_SAMPLES) break;
        this.#filled = 0;
        this.#windows++;
        if ((await this.#voiceIn(this.#window)) > THRESHOLD) this.#voiced++;
      }
    }
    this.#waitingSamples = 0;
  }

  /** Null for less than one window. To be asked behind the last `settle`. */
  finish(): SpeechShare | null {
    return this.#windows === 0 ? null : { share: this.#voiced / this.#windows, tool: this.#tool };
  }
}
