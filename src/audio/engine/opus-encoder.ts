import {
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_SAMPLE_FMT_FLT,
  FF_ENCODER_LIBOPUS,
} from "node-av/constants";
import { type ChannelLayout, Codec, CodecContext, type Frame, Packet, Rational } from "node-av/lib";
import { checkStatus, present } from "./engine-error.ts";
import { OPUS_RATE_HZ } from "./measure-graph.ts";

const OPUS_FRAME_MS = 20;

export interface OpusEncoderOptions {
  readonly channelLayout: ChannelLayout;
  readonly bitrateKbps: number;
  /** 0–10. */
  readonly complexity: number;
  /** One packet of 20 ms; the bytes are the callee's to keep, `packet` is valid during the call only. */
  readonly onPacket: (bytes: Buffer, packet: Packet) => void;
}

/** What the encoder was told, in the words of `opusenc`. */
export function describeOpusSettings(
  options: Pick<OpusEncoderOptions, "bitrateKbps" | "complexity">,
): string {
  return `--cvbr --bitrate ${options.bitrateKbps} --comp ${options.complexity} --framesize ${OPUS_FRAME_MS} --music-and-speech`;
}

/** libopus at 48 kHz, constrained VBR, 20 ms, application "audio". */
export class OpusEncoder {
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #onPacket: OpusEncoderOptions["onPacket"];
  /** The identification header that belongs to the packets (RFC 7845, 5.1); its input rate is not set. */
  readonly head: Buffer;

  constructor(options: OpusEncoderOptions) {
    this.#onPacket = options.onPacket;
    this.#packet.alloc();
    const codec = present(Codec.findEncoderByName(FF_ENCODER_LIBOPUS), "encoder libopus");
    const context = this.#context;
    context.allocContext3(codec);
    context.sampleRate = OPUS_RATE_HZ;
    context.sampleFormat = AV_SAMPLE_FMT_FLT;
    context.channelLayout = options.channelLayout;
    context.timeBase = new Rational(1, OPUS_RATE_HZ);
    context.bitRate = BigInt(options.bitrateKbps) * 1000n;
    context.threadCount = 1;
    // As options of the context: a dictionary given to the synchronous open is freed twice.
    for (const [name, value] of [
      ["vbr", "constrained"],
      ["compression_level", String(options.complexity)],
      ["application", "audio"],
      ["frame_duration", String(OPUS_FRAME_MS)],
    ] as const) {
      checkStatus(
        context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
        `option ${name}`,
      );
    }
    checkStatus(context.open2Sync(codec, null), "opening the Opus encoder");
    this.head = Buffer.from(present(context.extraData, "the Opus header"));
  }

  /** Frames of 960 samples, only the last one shorter; null ends the stream. */
  encode(frame: Frame | null): void {
    checkStatus(this.#context.sendFrameSync(frame), "encoding Opus");
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      // The packet's memory is FFmpeg's and goes with the next call.
      this.#onPacket(Buffer.from(present(this.#packet.data, "an Opus packet")), this.#packet);
      this.#packet.unref();
    }
  }

  free(): void {
    this.#packet.free();
    this.#context.freeContext();
  }
}
