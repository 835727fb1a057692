import { setImmediate } from "node:timers/promises";
import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_PKT_FLAG_CORRUPT,
  AV_SAMPLE_FMT_DBL,
  AV_SAMPLE_FMT_DBLP,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S16P,
  AV_SAMPLE_FMT_S32,
  AV_SAMPLE_FMT_S32P,
  AV_SAMPLE_FMT_U8,
  AV_SAMPLE_FMT_U8P,
  AVERROR_EOF,
  type AVSampleFormat,
} from "node-av/constants";
import {
  avChannelLayoutDefault,
  type ChannelLayout,
  CodecContext,
  FFmpegError,
  Frame,
  Packet,
  PosixError,
} from "node-av/lib";
import { EngineError } from "./engine-error.ts";
import { arrivedErrors } from "./error-log.ts";
import {
  type Demuxer,
  openContainer,
  openDecoder,
  pickStreams,
  UnsupportedStreamError,
} from "./open-stream.ts";

export interface FrameFormat {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly channelLayout: ChannelLayout;
  readonly sampleFormat: AVSampleFormat;
}

export interface FrameSink {
  /** Called once, before the first frame, with the picture that the container has, if any. */
  start(format: FrameFormat, cover: Buffer | null): void;
  /** `samples` per channel, at most what the frame holds. The frame is valid during the call only. */
  frame(frame: Frame, samples: number): void;
}

export interface DecodeOptions {
  /** An FFmpeg URL with the protocol spelled out. */
  readonly url: string;
  readonly demuxer: Demuxer;
  /** FFmpeg's names of the decoders that the container may ask for. */
  readonly decoders: ReadonlySet<string>;
  /** Whether FFmpeg cuts off what the container says is no part of the music, or gives all that the packets hold. */
  readonly trim: "by-container" | "none";
  /** Samples after this many are counted and not passed on; null passes on all. */
  readonly limitSamples: number | null;
  /** Nothing behind the limit belongs to the stream, not even its errors. */
  readonly stopAtLimit: boolean;
  /** Decoding stops behind this many seconds: a few bytes can stand for hours. */
  readonly maxSeconds: number;
  readonly shouldStop: () => boolean;
}

export interface DecodeFacts {
  readonly decoder: string;
  readonly format: FrameFormat;
  readonly bitsPerRawSample: number | null;
  readonly samples: number;
  readonly largestFrameSamples: number;
  /** Error returns of the demuxer and the decoder, and frames and packets that are flagged as damaged. */
  readonly errors: number;
  /** With the file offset of the packet it was met at. */
  readonly firstError: string | null;
  readonly endedBy: "end-of-file" | "limit" | "format-change" | "too-long" | "too-many-errors" | "stopped";
}

const SAMPLE_FORMATS = [
  AV_SAMPLE_FMT_U8,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S32,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_DBL,
  AV_SAMPLE_FMT_U8P,
  AV_SAMPLE_FMT_S16P,
  AV_SAMPLE_FMT_S32P,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_DBLP,
] as const;
const MAX_ERRORS = 200;
const PACKETS_BETWEEN_PAUSES = 1024;
const MAX_CHANNELS = 8;
const MAX_SAMPLE_RATE_HZ = 768_000;
const EAGAIN: number = FFmpegError.AVERROR(PosixError.EAGAIN);

/**
 * Decodes the first audio stream of a file, one frame after the other, in one thread.
 * Throws `EngineError` when it cannot begin, `UnsupportedStreamError` for a stream that Deadwax does not decode.
 * Damage met on the way is counted in the facts.
 */
export async function decodeStream(options: DecodeOptions, sink: FrameSink): Promise<DecodeFacts> {
  const container = openContainer(options.url, options.demuxer);
  const decoder = new CodecContext();
  const packet = new Packet();
  const frame = new Frame();
  packet.alloc();
  frame.alloc();
  try {
    const streams = pickStreams(container);
    const name = openDecoder(decoder, container, streams.audio, options.decoders);
    const run = new DecodeRun(decoder, frame, sink, options);
    let packets = 0;
    while (run.endedBy === null) {
      const status = container.readFrameSync(packet);
      if (status === AVERROR_EOF) break;
      if (status < 0) {
        run.fail("demuxer", status);
        // The demuxer may go on behind a damaged place, but not for ever on the same one.
        if (status !== EAGAIN && !isPassing(status)) break;
        continue;
      }
      // An empty packet holds no sound, and would mean the end to the decoder.
      if (packet.streamIndex === streams.audio && packet.size > 0) run.decode(packet);
      // Demuxers hand out the picture before the first sound. (To ask the stream for it crashes: node-av 6.1.1.)
      else if (packet.streamIndex === streams.cover && packet.data !== null)
        run.cover ??= Buffer.from(packet.data);
      packet.unref();
      if (++packets % PACKETS_BETWEEN_PAUSES === 0) {
        await setImmediate(); // lets log messages and the parent's death arrive
        run.pause();
      }
    }
    if (run.endedBy === null) run.decode(null);
    return run.facts(name, decoder.bitsPerRawSample);
  } finally {
    frame.free();
    packet.free();
    decoder.freeContext();
    container.closeInputSync();
  }
}

/** Invalid data: the demuxers skip it and find their place again. */
function isPassing(status: number): boolean {
  return FFmpegError.fromCode(status)?.isInvalidData === true;
}

class DecodeRun {
  readonly #decoder: CodecContext;
  readonly #frame: Frame;
  readonly #sink: FrameSink;
  readonly #options: DecodeOptions;
  #format: FrameFormat | null = null;
  #unorderedLayout: boolean = false;
  #samples = 0;
  #largestFrameSamples = 0;
  #errors = 0;
  #firstError: string | null = null;
  #offsetBytes: bigint | null = null;
  endedBy: DecodeFacts["endedBy"] | null = null;
  cover: Buffer | null = null;

  constructor(decoder: CodecContext, frame: Frame, sink: FrameSink, options: DecodeOptions) {
    this.#decoder = decoder;
    this.#frame = frame;
    this.#sink = sink;
    this.#options = options;
  }

  decode(packet: Packet | null): void {
    // Where a packet is put together from pieces, FFmpeg does not say where it lies: then the last place known holds.
    const offsetBytes = packet?.pos ?? -1n;
    if (offsetBytes >= 0n) this.#offsetBytes = offsetBytes;
    if (packet?.hasFlags(AV_PKT_FLAG_CORRUPT)) this.#note("the container marks a packet as damaged");
    // The trimming is what the demuxer tells the decoder beside the packet.
    if (this.#options.trim === "none") packet?.freeSideData();
    const sent = this.#decoder.sendPacketSync(packet);
    if (sent < 0 && sent !== AVERROR_EOF) this.fail("decoder", sent);
    while (this.endedBy === null) {
      const status = this.#decoder.receiveFrameSync(this.#frame);
      if (status === EAGAIN || status === AVERROR_EOF) return;
      if (status < 0) {
        this.fail("decoder", status);
        return;
      }
      // The decoder empties the frame before it fills it again.
      this.#take(this.#frame);
    }
  }

  fail(step: string, status: number): void {
    this.#note(`${step}: ${FFmpegError.strerror(status)}`);
  }

  pause(): void {
    if (this.#errors + arrivedErrors() > MAX_ERRORS) this.endedBy = "too-many-errors";
    if (this.#options.shouldStop()) this.endedBy = "stopped";
  }

  facts(decoder: string, bitsPerRawSample: number): DecodeFacts {
    if (this.#format === null) throw new EngineError("decoding the first frame", AVERROR_EOF);
    return {
      decoder,
      format: this.#format,
      bitsPerRawSample: bitsPerRawSample > 0 ? bitsPerRawSample : null,
      samples: this.#samples,
      largestFrameSamples: this.#largestFrameSamples,
      errors: this.#errors,
      firstError: this.#firstError,
      endedBy: this.endedBy ?? "end-of-file",
    };
  }

  #take(frame: Frame): void {
    const samples = frame.nbSamples;
    if (frame.decodeErrorFlags !== 0) this.#note("the decoder marks a frame as damaged");
    const format = this.#format ?? this.#begin(frame);
    if (
      frame.sampleRate !== format.sampleRateHz ||
      frame.channels !== format.channels ||
      frame.format !== format.sampleFormat
    ) {
      this.endedBy = "format-change";
      return;
    }
    if (this.#unorderedLayout) frame.channelLayout = format.channelLayout;
    const limit = this.#options.limitSamples ?? Number.POSITIVE_INFINITY;
    const passed = Math.min(samples, limit - this.#samples);
    if (passed > 0) {
      if (passed < samples) frame.nbSamples = passed;
      // Time is counted from the samples: what the container says of it may be damaged.
      frame.pts = BigInt(this.#samples);
      this.#sink.frame(frame, passed);
    }
    this.#samples += samples;
    this.#largestFrameSamples = Math.max(this.#largestFrameSamples, samples);
    if (this.#options.stopAtLimit && this.#samples >= limit) this.endedBy = "limit";
    if (this.#samples > this.#options.maxSeconds * format.sampleRateHz) this.endedBy = "too-long";
  }

  #begin(frame: Frame): FrameFormat {
    const { sampleRate: sampleRateHz, channels } = frame;
    if (channels < 1 || channels > MAX_CHANNELS || sampleRateHz < 1 || sampleRateHz > MAX_SAMPLE_RATE_HZ) {
      throw new UnsupportedStreamError(`${channels} channels at ${sampleRateHz} Hz`);
    }
    const layout = frame.channelLayout;
    this.#unorderedLayout = layout.order !== AV_CHANNEL_ORDER_NATIVE;
    const channelLayout = this.#unorderedLayout ? avChannelLayoutDefault(channels) : layout;
    const sampleFormat = sampleFormatOf(frame);
    this.#format = { sampleRateHz, channels, channelLayout, sampleFormat };
    this.#sink.start(this.#format, this.cover);
    return this.#format;
  }

  #note(error: string): void {
    this.#errors++;
    const place = this.#offsetBytes === null ? "" : `byte ${this.#offsetBytes}: `;
    this.#firstError ??= `${place}${error}`;
    if (this.#errors > MAX_ERRORS) this.endedBy = "too-many-errors";
  }
}

function sampleFormatOf(frame: Frame): AVSampleFormat {
  const format = SAMPLE_FORMATS.find((known) => known === frame.format);
  if (format === undefined) throw new UnsupportedStreamError(`samples of format ${frame.format}`);
  return format;
}
