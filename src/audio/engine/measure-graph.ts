import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_DOUBLE } from "node-av/constants";
import {
  avChannelLayoutDescribe,
  avGetSampleFmtName,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
} from "node-av/lib";
import { FEATURE_RATE_HZ } from "../features/onset-envelope.ts";
import type { FrameFormat } from "./decode-stream.ts";
import { checkStatus, present } from "./engine-error.ts";

export const OPUS_RATE_HZ = 48_000;
/** 20 ms at 48 kHz. */
export const OPUS_FRAME_SAMPLES = 960;
/** Silence behind the end, so that the packets reach past the last sample whatever the encoder's delay. */
export const OPUS_TAIL_SAMPLES: number = 2 * OPUS_FRAME_SAMPLES;
/** What Chromaprint works on. */
export const FINGERPRINT_RATE_HZ = 11_025;

const FINGERPRINT_BATCH_SAMPLES = 8192;
const FEATURE_BATCH_SAMPLES = 8192;
const FRAMES_BETWEEN_DRAINS = 32;
/** The short term of EBU Tech 3341 is three seconds; the filter lets a frame out each 100 ms. */
const SHORT_TERM_FRAMES = 30;

export interface MeasureGraphOptions {
  readonly format: FrameFormat;
  readonly truePeak: boolean;
  /** Samples at the start that are no part of the track. */
  readonly leadSamples: number;
  /** FFmpeg's name of the layout in which the access copy is encoded; null for no access copy. */
  readonly accessLayout: string | null;
  /** Frames of 20 ms (the last one shorter) at 48 kHz, interleaved float. */
  readonly onOpusFrame: (frame: Frame) => void;
  /** Frames at 11025 Hz, mono, 16 bit. */
  readonly onFingerprintFrame: (frame: Frame) => void;
  /** Frames at 22050 Hz, mono, float; null when features are not wanted. */
  readonly onFeatureFrame: ((frame: Frame) => void) | null;
  /** Frames of 100 ms at the rate of the source, all channels interleaved, double; null when they are not wanted. */
  readonly onSourceFrame: ((frame: Frame) => void) | null;
}

/** What the `ebur128` filter holds: EBU R128 loudness in LUFS, range in LU, peaks in dBFS and dBTP. */
export interface LoudnessReadings {
  readonly integratedLufs: number;
  readonly rangeLu: number;
  readonly samplePeakDbfs: number;
  readonly truePeakDbtp: number | null;
  /** Null when source frames are not wanted, and below three seconds. */
  readonly shortTermMaxLufs: number | null;
}

/**
 * One decoded stream through up to four branches: loudness at its own rate, 11025 Hz mono for Chromaprint, 48 kHz for
 * Opus, 22050 Hz mono for features.
 */
export class MeasureGraph {
  readonly #graph = new FilterGraph();
  readonly #frame = new Frame();
  readonly #source: FilterContext;
  readonly #loudness: FilterContext;
  readonly #opus: FilterContext | null;
  readonly #fingerprint: FilterContext;
  readonly #features: FilterContext | null;
  readonly #options: MeasureGraphOptions;
  readonly #loud: FilterContext | null;
  #pushes = 0;
  #loudFrames = 0;
  #shortTermMax = -Infinity;

  constructor(options: MeasureGraphOptions) {
    this.#options = options;
    const { format, accessLayout } = options;
    this.#frame.alloc();
    this.#graph.alloc();
    this.#graph.nbThreads = 1;
    const layout = present(avChannelLayoutDescribe(format.channelLayout), "channel layout");
    this.#source = this.#filter(
      "abuffer",
      "source",
      `sample_rate=${format.sampleRateHz}:sample_fmt=${avGetSampleFmtName(format.sampleFormat)}:channel_layout=${layout}:time_base=1/${format.sampleRateHz}`,
    );
    const wantsFeatures = options.onFeatureFrame !== null;
    const branches = 2 + (accessLayout === null ? 0 : 1) + (wantsFeatures ? 1 : 0);
    const split = this.#filter("asplit", "split", String(branches));
    const lead = options.leadSamples;
    this.#chain(this.#source, 0, [
      ...(lead > 0 ? [this.#filter("atrim", "lead", `start_sample=${lead}`)] : []),
      split,
    ]);

    this.#loudness = this.#filter(
      "ebur128",
      "loudness",
      `framelog=quiet:peak=sample${options.truePeak ? "+true" : ""}:metadata=${options.onSourceFrame ? 1 : 0}`,
    );
    this.#loud = options.onSourceFrame && this.#filter("abuffersink", "loud");
    // When nothing of this branch is wanted but the filter's own state, no frame of it reaches JavaScript.
    this.#chain(split, 0, [this.#loudness, this.#loud ?? this.#filter("anullsink", "nowhere")]);

    this.#fingerprint = this.#filter("abuffersink", "fingerprint");
    this.#chain(split, 1, [
      this.#filter("aresample", "fingerprint-rate", String(FINGERPRINT_RATE_HZ)),
      this.#filter("aformat", "fingerprint-format", "sample_fmts=s16:channel_layouts=mono"),
      this.#filter("asetnsamples", "fingerprint-batch", `n=${FINGERPRINT_BATCH_SAMPLES}:p=0`),
      this.#fingerprint,
    ]);

    this.#opus = accessLayout === null ? null : this.#filter("abuffersink", "opus");
    if (this.#opus !== null) {
      this.#chain(split, 2, [
        this.#filter("aresample", "opus-rate", String(OPUS_RATE_HZ)),
        this.#filter("aformat", "opus-format", `sample_fmts=flt:channel_layouts=${accessLayout}`),
        this.#filter("apad", "opus-tail", `pad_len=${OPUS_TAIL_SAMPLES}`),
        this.#filter("asetnsamples", "opus-frame", `n=${OPUS_FRAME_SAMPLES}:p=0`),
        this.#opus,
      ]);
    }
    this.#features = wantsFeatures ? this.#filter("abuffersink", "features") : null;
    if (this.#features !== null) {
      this.#chain(split, branches - 1, [
        // The mean of the channels: without a limit the mix of two equal ones would be 3 dB louder than each.
        this.#filter("aresample", "feature-rate", `${FEATURE_RATE_HZ}:rematrix_maxval=1`),
        this.#filter("aformat", "feature-format", "sample_fmts=flt:channel_layouts=mono"),
        this.#filter("asetnsamples", "feature-batch", `n=${FEATURE_BATCH_SAMPLES}:p=0`),
        this.#features,
      ]);
    }
    checkStatus(this.#graph.configSync(), "configuring the filters");
  }

  push(frame: Frame): void {
    checkStatus(this.#source.buffersrcAddFrameSync(frame), "filtering a frame");
    this.#drainOpus();
    if (++this.#pushes % FRAMES_BETWEEN_DRAINS === 0) this.#drainSlow();
  }

  /** Ends the stream and lets the last frames out. */
  finish(): LoudnessReadings {
    checkStatus(this.#source.buffersrcAddFrameSync(null), "ending the filters");
    this.#drainOpus();
    this.#drainSlow();
    return {
      integratedLufs: this.#reading("integrated"),
      rangeLu: this.#reading("range"),
      samplePeakDbfs: this.#reading("sample_peak"),
      truePeakDbtp: this.#options.truePeak ? this.#reading("true_peak") : null,
      shortTermMaxLufs: this.#loudFrames < SHORT_TERM_FRAMES ? null : this.#shortTermMax,
    };
  }

  free(): void {
    this.#frame.free();
    this.#graph.free();
  }

  #drainOpus(): void {
    if (this.#opus !== null) this.#drain(this.#opus, this.#options.onOpusFrame);
  }

  #drainSlow(): void {
    this.#drain(this.#fingerprint, this.#options.onFingerprintFrame);
    const { onFeatureFrame } = this.#options;
    if (this.#features !== null && onFeatureFrame !== null) this.#drain(this.#features, onFeatureFrame);
    if (this.#loud !== null) this.#drain(this.#loud, (frame) => this.#takeLoud(frame));
  }

  #takeLoud(frame: Frame): void {
    this.#loudFrames += 1;
    if (this.#loudFrames >= SHORT_TERM_FRAMES) {
      const metadata = frame.getMetadata();
      const lufs = Number(metadata.get("lavfi.r128.S") ?? Number.NaN);
      metadata.free();
      if (lufs > this.#shortTermMax) this.#shortTermMax = lufs;
    }
    this.#options.onSourceFrame?.(frame);
  }

  #drain(sink: FilterContext, take: (frame: Frame) => void): void {
    while (sink.buffersinkGetFrameSync(this.#frame) >= 0) {
      take(this.#frame);
      this.#frame.unref();
    }
  }

  #reading(option: "integrated" | "range" | "sample_peak" | "true_peak"): number {
    return present(
      this.#loudness.getOption(option, AV_OPT_TYPE_DOUBLE, AV_OPT_SEARCH_CHILDREN),
      `reading ${option} of the loudness filter`,
    );
  }

  #filter(kind: string, name: string, args: string | null = null): FilterContext {
    const filter = present(Filter.getByName(kind), `filter ${kind}`);
    return present(this.#graph.createFilter(filter, name, args), `filter ${kind} (${args ?? ""})`);
  }

  #chain(from: FilterContext, pad: number, filters: readonly FilterContext[]): void {
    let previous = from;
    let previousPad = pad;
    for (const filter of filters) {
      link(previous, previousPad, filter);
      previous = filter;
      previousPad = 0;
    }
  }
}

function link(from: FilterContext, pad: number, to: FilterContext): void {
  checkStatus(from.link(pad, to, 0), "linking filters");
}
