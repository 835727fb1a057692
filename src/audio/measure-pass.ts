import type { Frame } from "node-av/lib";
import { AccessCopyEncoder, type AccessCopyPlace } from "./access-copy-encoder.ts";
import type { FrameFormat, FrameSink } from "./engine/decode-stream.ts";
import { EngineError } from "./engine/engine-error.ts";
import { FINGERPRINT_WORD_BYTES, Fingerprinter } from "./engine/fingerprinter.ts";
import { FlacSampleDigest } from "./engine/flac-sample-digest.ts";
import { channelSamples } from "./engine/frame-samples.ts";
import { MeasureGraph } from "./engine/measure-graph.ts";
import { FINGERPRINT_TOOL, TRUE_PEAK_TOOL } from "./engine/tool-names.ts";
import { FeatureExtractor, type TrackFeatures } from "./features/feature-extractor.ts";
import { SignalConditionMeter } from "./features/signal-condition.ts";
import { SpeechMeter } from "./features/speech-meter.ts";
import type { SpeechModel } from "./features/speech-model.ts";
import { channelWeights } from "./loudness/channel-weights.ts";
import { loudnessOf } from "./loudness/loudness.ts";
import { LoudnessMeter } from "./loudness/loudness-meter.ts";
import type { AccessCopy, AccessCopyOrder, Fingerprint, Loudness } from "./types.ts";

export interface MeasurePassOptions {
  readonly accessCopy: { readonly order: AccessCopyOrder; readonly place: AccessCopyPlace } | null;
  readonly truePeak: boolean;
  readonly features: boolean;
  readonly beats: boolean;
  /** Null when the share of speech is not asked for. */
  readonly speechModel: SpeechModel | null;
  readonly leadSamples: number;
  /** Scratch. */
  readonly fingerprintPath: string;
  /** Bits of the samples that FLAC's MD5 is taken over; null when it is not wanted. */
  readonly flacBitsPerSample: number | null;
}

export interface Measures {
  readonly loudness: Loudness;
  readonly fingerprint: Fingerprint | null;
  readonly features: TrackFeatures | null;
  readonly flacMd5: string | null;
}

interface Branches {
  readonly format: FrameFormat;
  readonly copy: AccessCopyEncoder | null;
  readonly fingerprinter: Fingerprinter;
  readonly loudness: LoudnessMeter;
  readonly features: { readonly music: FeatureExtractor; readonly signal: SignalConditionMeter } | null;
  readonly speech: SpeechMeter | null;
  readonly flac: FlacSampleDigest | null;
  readonly graph: MeasureGraph;
}

/** Everything that hangs off the one decode: loudness, fingerprint, FLAC's MD5 and the access copy. */
export class MeasurePass implements FrameSink {
  readonly #options: MeasurePassOptions;
  #branches: Branches | null = null;

  constructor(options: MeasurePassOptions) {
    this.#options = options;
  }

  start(format: FrameFormat, cover: Buffer | null): void {
    const { accessCopy, flacBitsPerSample, fingerprintPath, leadSamples, speechModel, truePeak } =
      this.#options;
    const copy = accessCopy && new AccessCopyEncoder(accessCopy.order, format, accessCopy.place, cover);
    const fingerprinter = new Fingerprinter(fingerprintPath);
    const flac = flacBitsPerSample === null ? null : new FlacSampleDigest(format, flacBitsPerSample);
    const features = this.#options.features
      ? {
          music: new FeatureExtractor({ beats: this.#options.beats }),
          signal: new SignalConditionMeter(format.channels, format.sampleRateHz),
        }
      : null;
    const speech = speechModel && new SpeechMeter(speechModel);
    const loudness = new LoudnessMeter(
      channelWeights(format.channelLayout.mask, format.channels),
      format.sampleRateHz,
    );
    const graph = new MeasureGraph({
      format,
      truePeak,
      leadSamples,
      accessLayout: copy?.layoutName ?? null,
      onOpusFrame: (frame) => copy?.encode(frame),
      onFingerprintFrame: (frame) => fingerprinter.add(frame),
      onFeatureFrame:
        features &&
        ((frame) => {
          for (const samples of channelSamples(frame, 1)) features.music.push(samples);
        }),
      onSpeechFrame:
        speech &&
        ((frame) => {
          for (const samples of channelSamples(frame, 1)) speech.push(samples);
        }),
      onSourceFrame: (frame) => {
        const channels = channelSamples(frame, format.channels);
        loudness.push(channels);
        features?.signal.push(channels);
      },
    });
    this.#branches = { format, copy, fingerprinter, loudness, features, speech, flac, graph };
  }

  frame(frame: Frame, samples: number): void {
    const { flac, graph } = this.#started();
    flac?.add(frame, samples);
    graph.push(frame);
  }

  /** Ends the measures; the access copy still wants `finishCopy`. */
  finish(): Measures {
    const { features, flac, graph, fingerprinter, loudness, speech } = this.#started();
    graph.finish();
    const dbtp = graph.truePeakDbtp();
    return {
      loudness: loudnessOf(loudness.finish(), dbtp === null ? null : { dbtp, tool: TRUE_PEAK_TOOL }),
      fingerprint: fingerprintOf(fingerprinter.finish()),
      features: features && {
        ...features.music.finish(),
        condition: features.signal.finish(),
        speech: speech?.finish() ?? null,
      },
      flacMd5: flac?.finish() ?? null,
    };
  }

  /** Ends the access copy of `samples` source samples, when one was ordered. */
  finishCopy(samples: number, loudness: Loudness): AccessCopy | null {
    const { copy, format } = this.#started();
    return copy?.finish(samples, format.sampleRateHz, loudness.integratedLufs) ?? null;
  }

  free(): void {
    this.#branches?.graph.free();
    this.#branches?.fingerprinter.free();
    this.#branches?.copy?.free();
    this.#branches = null;
  }

  #started(): Branches {
    if (this.#branches === null) throw new EngineError("decoding the first frame", 0);
    return this.#branches;
  }
}

function fingerprintOf(raw: Buffer): Fingerprint | null {
  if (raw.length < FINGERPRINT_WORD_BYTES) return null;
  return {
    algorithm: 1,
    base64: raw.toString("base64"),
    words: raw.length / FINGERPRINT_WORD_BYTES,
    tool: FINGERPRINT_TOOL,
  };
}
