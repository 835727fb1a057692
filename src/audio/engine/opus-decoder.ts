import { AV_CODEC_ID_OPUS, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { type ChannelLayout, Codec, CodecContext, Frame, type Packet } from "node-av/lib";
import { checkStatus, EngineError, present } from "./engine-error.ts";
import { OPUS_RATE_HZ } from "./measure-graph.ts";

/** Decodes the packets of a stream under way, to hear what an encoder makes of it. */
export class OpusDecoder {
  readonly #context = new CodecContext();
  readonly #frame = new Frame();

  /** `head`: OpusHead (RFC 7845, 5.1), of which the pre-skip is not cut off here. */
  constructor(head: Buffer, channelLayout: ChannelLayout) {
    this.#frame.alloc();
    const codec = present(Codec.findDecoder(AV_CODEC_ID_OPUS), "decoder opus");
    const context = this.#context;
    context.allocContext3(codec);
    context.sampleRate = OPUS_RATE_HZ;
    context.channelLayout = channelLayout;
    context.extraData = head;
    context.threadCount = 1;
    checkStatus(context.open2Sync(codec, null), "opening the Opus decoder");
  }

  /** Calls `take` with one channel's samples of what the packet holds; they are valid during the call only. */
  decode(packet: Packet, channel: number, take: (samples: Float32Array) => void): void {
    packet.freeSideData();
    checkStatus(this.#context.sendPacketSync(packet), "decoding Opus");
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      if (this.#frame.format !== AV_SAMPLE_FMT_FLTP) throw new EngineError("decoding Opus to floats", 0);
      const plane = present(this.#frame.data?.[channel], "decoded Opus samples");
      take(new Float32Array(plane.buffer, plane.byteOffset, this.#frame.nbSamples));
      this.#frame.unref();
    }
  }

  free(): void {
    this.#frame.free();
    this.#context.freeContext();
  }
}
