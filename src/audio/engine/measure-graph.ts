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
import { SPEECH_RATE_HZ } from "../features/speech-model.ts";
import type { FrameFormat } from "./decode-stream.ts";
import { checkStatus, present } from "./engine-error.ts";

export const OPUS_RATE_HZ = 48_000;
/** 20 ms at 48 kHz. */
export const OPUS_FRAME_SAMPLES = 960;
/** Silence behind the end, so that the packets reach past the last sample whatever the encoder's delay. */
export const OPUS_TAIL_SAMPLES: number = 2 * OPUS_FRAME_SAMPLES;
/** What Chromaprint works on. */
export const FINGERPRINT_RATE_HZ = 11_025;

/** Decoders give some hundred samples at a time; a frame costs the filters, and the way into JavaScript, as much as these do. */
const BATCH_SAMPLES = 8192;
const PUSHES_BETWEEN_DRAINS = 16;

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
  /** Frames at 16 kHz, mono, float; null when speech is not asked for. */
  readonly onSpeechFrame: ((frame: Frame) => void) | null;
  /** Frames at the rate of the source, all channels, planar float. */
  readonly onSourceFrame: (frame: Frame) => void;
}

/**
 * One decoded stream through up to six branches: all channels at their own rate, 11025 Hz mono for Chromaprint,
 * 22050 Hz mono for features, 16 kHz mono for speech, 48 kHz for Opus, and true peak.
 */
export class MeasureGraph {
  readonly #graph = new FilterGraph();
  readonly #frame = new Frame();
  readonly #source: FilterContext;
  readonly #truePeak: FilterContext | null;
  readonly #sinks: { readonly sink: FilterContext; readonly take: (frame: Frame) => void }[] = [];
  #pushes = 0;

  constructor(options: MeasureGraphOptions) {
    const { format, accessLayout, onFeatureFrame, onSpeechFrame } = options;
    this.#frame.alloc();
    this.#graph.alloc();
    this.#graph.nbThreads = 1;
    const layout = present(avChannelLayoutDescribe(format.channelLayout), "channel layout");
    this.#source = this.#filter(
      "abuffer",
      "source",
      `sample_rate=${format.sampleRateHz}:sample_fmt=${avGetSampleFmtName(format.sampleFormat)}:channel_layout=${layout}:time_base=1/${format.sampleRateHz}`,
    );
    const lead = options.leadSamples;
    const split = this.#chain(this.#source, 0, [
      ...(lead > 0 ? [this.#filter("atrim", "lead", `start_sample=${lead}`)] : []),
      this.#filter("asetnsamples", "batch", `n=${BATCH_SAMPLES}:p=0`),
      this.#filter(
        "asplit",
        "split",
        String(2 + (accessLayout === null ? 0 : 1) + (options.truePeak ? 1 : 0)),
      ),
    ]);
    let pad = 0;

    const planar = this.#filter("aformat", "planar", "sample_fmts=fltp");
    this.#sink("source", this.#chain(split, pad++, [planar]), options.onSourceFrame);

    const mono = this.#chain(split, pad++, [
      // The mean of the channels: without a limit the mix of two equal ones would be 3 dB louder than each.
      this.#filter("aresample", "mono", "rematrix_maxval=1:out_chlayout=mono:out_sample_fmt=fltp"),
      this.#filter(
        "asplit",
        "mono-split",
        String(1 + (onFeatureFrame === null ? 0 : 1) + (onSpeechFrame === null ? 0 : 1)),
      ),
    ]);
    const fingerprint = this.#chain(mono, 0, [
      this.#filter("aresample", "fingerprint-rate", `${FINGERPRINT_RATE_HZ}:out_sample_fmt=s16`),
    ]);
    this.#sink("fingerprint", fingerprint, options.onFingerprintFrame);
    if (onFeatureFrame !== null) {
      const rate = this.#filter("aresample", "feature-rate", String(FEATURE_RATE_HZ));
      this.#sink("features", this.#chain(mono, 1, [rate]), onFeatureFrame);
    }
    if (onSpeechFrame !== null) {
      const rate = this.#filter("aresample", "speech-rate", String(SPEECH_RATE_HZ));
      this.#sink("speech", this.#chain(mono, onFeatureFrame === null ? 1 : 2, [rate]), onSpeechFrame);
    }

    if (accessLayout !== null) {
      const opus = this.#chain(split, pad++, [
        this.#filter("aresample", "opus-rate", String(OPUS_RATE_HZ)),
        this.#filter("aformat", "opus-format", `sample_fmts=flt:channel_layouts=${accessLayout}`),
        this.#filter("apad", "opus-tail", `pad_len=${OPUS_TAIL_SAMPLES}`),
        this.#filter("asetnsamples", "opus-frame", `n=${OPUS_FRAME_SAMPLES}:p=0`),
      ]);
      this.#sink("opus", opus, options.onOpusFrame);
    }

    this.#truePeak = options.truePeak
      ? this.#filter("ebur128", "true-peak", "framelog=quiet:peak=true:metadata=0")
      : null;
    // Nothing of this branch is wanted but the filter's own state: no frame of it reaches JavaScript.
    if (this.#truePeak !== null)
      this.#chain(split, pad++, [this.#truePeak, this.#filter("anullsink", "nowhere")]);
    checkStatus(this.#graph.configSync(), "configuring the filters");
  }

  push(frame: Frame): void {
    checkStatus(this.#source.buffersrcAddFrameSync(frame), "filtering a frame");
    if (++this.#pushes % PUSHES_BETWEEN_DRAINS === 0) this.#drain();
  }

  /** Ends the stream and lets the last frames out. */
  finish(): void {
    checkStatus(this.#source.buffersrcAddFrameSync(null), "ending the filters");
    this.#drain();
  }

  /**
   * In dBTP, by ITU-R BS.1770-4, annex 2; null when it was not wanted, and when the stream ended (after a millisecond or
   * two) before the filter gave its first sample. To be asked after the end.
   */
  truePeakDbtp(): number | null {
    if (this.#truePeak === null) return null;
    const dbtp = present(
      this.#truePeak.getOption("true_peak", AV_OPT_TYPE_DOUBLE, AV_OPT_SEARCH_CHILDREN),
      "reading the true peak of the loudness filter",
    );
    // What the option holds until it is set.
    return dbtp === 0 ? null : dbtp;
  }

  free(): void {
    this.#frame.free();
    this.#graph.free();
  }

  #drain(): void {
    for (const { sink, take } of this.#sinks) {
      while (sink.buffersinkGetFrameSync(this.#frame) >= 0) {
        take(this.#frame);
        this.#frame.unref();
      }
    }
  }

  #sink(name: string, from: FilterContext, take: (frame: Frame) => void): void {
    const sink = this.#filter("abuffersink", name);
    link(from, 0, sink);
    this.#sinks.push({ sink, take });
  }

  #filter(kind: string, name: string, args: string | null = null): FilterContext {
    const filter = present(Filter.getByName(kind), `filter ${kind}`);
    return present(this.#graph.createFilter(filter, name, args), `filter ${kind} (${args ?? ""})`);
  }

  /** Links filters one behind the other, and returns the last. */
  #chain(from: FilterContext, pad: number, filters: readonly FilterContext[]): FilterContext {
    let previous = from;
    let previousPad = pad;
    for (const filter of filters) {
      link(previous, previousPad, filter);
      previous = filter;
      previousPad = 0;
    }
    return previous;
  }
}

function link(from: FilterContext, pad: number, to: FilterContext): void {
  checkStatus(from.link(pad, to, 0), "linking filters");
}
