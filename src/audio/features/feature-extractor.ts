import { BeatTracker } from "./beat-tracker.ts";
import { Chroma } from "./chroma.ts";
import { DanceabilityMeter } from "./danceability.ts";
import { type Dynamics, DynamicsMeter } from "./dynamics.ts";
import { estimateKey, type KeyEstimate } from "./key.ts";
import { LevelBlocks } from "./level-blocks.ts";
import { OnsetCounter } from "./onset-counter.ts";
import { FEATURE_RATE_HZ, ONSET_FRAME_SAMPLES, ONSET_RATE_HZ, OnsetEnvelope } from "./onset-envelope.ts";
import type { SignalCondition } from "./signal-condition.ts";
import { type SpectralShape, SpectralShapeMeter } from "./spectral-shape.ts";
import { type Spectrogram, SpectrogramMeter } from "./spectrogram.ts";
import type { SpeechShare } from "./speech-meter.ts";
import { estimateTempo, type TempoEstimate } from "./tempo.ts";
import { Tempogram } from "./tempogram.ts";
import { type Waveform, WaveformMeter } from "./waveform.ts";

/** What a track sounds like, as far as it can be measured without a trained model; null where there was nothing to measure. */
export interface Features {
  readonly tempo: TempoEstimate | null;
  readonly key: KeyEstimate | null;
  readonly dynamics: Dynamics | null;
  readonly spectrum: SpectralShape | null;
  readonly onsetsPerSecond: number | null;
  readonly danceability: number | null;
  /** Seconds from the start; null when they were not asked for, and where no tempo was found. */
  readonly beats: readonly number[] | null;
  readonly waveform: Waveform | null;
  readonly spectrogram: Spectrogram | null;
  /** Name and version of the extractor: values of different versions are not compared. */
  readonly tool: string;
}

/** With what is measured of all channels at the rate of the file. */
export interface TrackFeatures extends Features {
  readonly condition: SignalCondition;
  /** Null when it was not asked for, or the model is not installed. */
  readonly speech: SpeechShare | null;
}

export const FEATURE_TOOL = "deadwax-features/4";

/** What the spectrum looks like is asked of each fourth frame: they are 12 ms apart. */
const FRAMES_PER_LOOK = 4;

/**
 * All features of one mono stream at 22050 Hz, in one pass and in memory that does not depend on its length; beats take
 * sixteen bytes each.
 */
export class FeatureExtractor {
  readonly #tempogram = new Tempogram();
  readonly #onsets = new OnsetCounter();
  readonly #shape = new SpectralShapeMeter(FEATURE_RATE_HZ, ONSET_FRAME_SAMPLES);
  readonly #envelope: OnsetEnvelope;
  readonly #chroma = new Chroma();
  readonly #danceability = new DanceabilityMeter();
  readonly #dynamics = new DynamicsMeter();
  readonly #waveform = new WaveformMeter();
  readonly #spectrogram = new SpectrogramMeter(FRAMES_PER_LOOK / ONSET_RATE_HZ);

  readonly #levels: LevelBlocks;
  readonly #beats: BeatTracker | null;
  #frames = 0;

  constructor({ beats = false }: { readonly beats?: boolean } = {}) {
    this.#beats = beats ? new BeatTracker() : null;
    this.#envelope = new OnsetEnvelope((value, power) => {
      this.#tempogram.push(value);
      this.#onsets.push(value);
      this.#beats?.push(value);
      if (this.#frames++ % FRAMES_PER_LOOK !== 0) return;
      this.#shape.push(power);
      this.#spectrogram.push(power);
    });
    this.#levels = new LevelBlocks((block) => {
      this.#danceability.push(block);
      this.#dynamics.push(block);
      this.#waveform.push(block);
    });
  }

  push(samples: Float32Array): void {
    this.#envelope.push(samples);
    this.#chroma.push(samples);
    this.#levels.push(samples);
  }

  finish(): Features {
    this.#levels.finish();
    const correlation = this.#tempogram.finish();
    const chroma = this.#chroma.finish();
    return {
      tempo: correlation && estimateTempo(correlation),
      key: chroma && estimateKey(chroma),
      dynamics: this.#dynamics.finish(),
      spectrum: this.#shape.finish(),
      onsetsPerSecond: this.#onsets.finish(),
      danceability: this.#danceability.finish(),
      beats: this.#beats?.finish() ?? null,
      waveform: this.#waveform.finish(),
      spectrogram: this.#spectrogram.finish(),
      tool: FEATURE_TOOL,
    };
  }
}
