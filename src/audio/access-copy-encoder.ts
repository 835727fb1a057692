import type { Frame } from "node-av/lib";
import { copiedTags, coverTag, encodeTagsPacket, tagsPacketBytes, trackGainQ8 } from "./access-copy-tags.ts";
import { accessBitrateKbps, accessLayout } from "./access-layout.ts";
import type { FrameFormat } from "./engine/decode-stream.ts";
import { OPUS_RATE_HZ } from "./engine/measure-graph.ts";
import { describeOpusSettings, OpusEncoder } from "./engine/opus-encoder.ts";
import { ENCODER_NAME } from "./engine/tool-names.ts";
import { OpusFileWriter } from "./opus-file-writer.ts";
import { CopyReceiptMeter } from "./quality/copy-receipt.ts";
import type { AccessCopy, AccessCopyOrder, TagPairs } from "./types.ts";

export interface AccessCopyPlace {
  readonly path: string;
  /** Hex. The stream's serial number is taken from it, so that the same source gives the same bytes. */
  readonly sourceSha256: string;
}

/** The access copy of one track: Opus packets written to an Ogg file as they come. */
export class AccessCopyEncoder {
  /** FFmpeg's name of the layout that `encode` wants. */
  readonly layoutName: string;
  readonly #encoder: OpusEncoder;
  readonly #writer: OpusFileWriter;
  readonly #receipt: CopyReceiptMeter | null;
  readonly #path: string;
  readonly #channels: number;
  readonly #settings: string;
  readonly #tags: TagPairs;
  readonly #tagsBytes: number;

  constructor(order: AccessCopyOrder, format: FrameFormat, place: AccessCopyPlace, cover: Buffer | null) {
    const { name, layout } = accessLayout(format.channels);
    const bitrateKbps = accessBitrateKbps(order.bitrateKbps, format.channels);
    this.layoutName = name;
    this.#path = place.path;
    this.#channels = format.channels;
    this.#settings = describeOpusSettings({ bitrateKbps, complexity: order.complexity });
    this.#tags = [
      ...copiedTags(order.tags),
      ...coverTag(cover),
      ...order.provenance,
      ["DEADWAX_SOURCE_SHA256", place.sourceSha256],
      ["ENCODER", ENCODER_NAME],
      ["ENCODER_OPTIONS", this.#settings],
    ];
    this.#tagsBytes = tagsPacketBytes(this.#tags);
    this.#encoder = new OpusEncoder({
      channelLayout: layout,
      bitrateKbps,
      complexity: order.complexity,
      onPacket: (bytes, packet) => {
        this.#writer.add(bytes);
        this.#receipt?.packet(packet);
      },
    });
    this.#receipt = order.receipt ? new CopyReceiptMeter(this.#encoder.head, layout) : null;
    this.#writer = new OpusFileWriter({
      path: place.path,
      head: this.#encoder.head,
      inputSampleRateHz: format.sampleRateHz,
      serial: Number.parseInt(place.sourceSha256.slice(0, 8), 16),
      tagsBytes: this.#tagsBytes,
    });
  }

  encode(frame: Frame): void {
    this.#receipt?.input(frame);
    this.#encoder.encode(frame);
  }

  /** Ends a copy of `samples` source samples, so long that it lasts as long as they do, to the 48 kHz sample. */
  finish(samples: number, sampleRateHz: number, integratedLufs: number | null): AccessCopy {
    this.#encoder.encode(null);
    const opusSamples = Math.max(1, Math.round((samples * OPUS_RATE_HZ) / sampleRateHz));
    const tags = encodeTagsPacket(this.#tags, trackGainQ8(integratedLufs), this.#tagsBytes);
    const { sizeBytes, sha256 } = this.#writer.finish(opusSamples, tags);
    return {
      spoolPath: this.#path,
      sizeBytes,
      sha256,
      durationMs: Math.round((opusSamples * 1000) / OPUS_RATE_HZ),
      bitrateKbps: (sizeBytes * 8 * OPUS_RATE_HZ) / opusSamples / 1000,
      channels: this.#channels,
      encoder: ENCODER_NAME,
      settings: this.#settings,
      receipt: this.#receipt?.finish() ?? null,
    };
  }

  free(): void {
    this.#encoder.free();
    this.#receipt?.free();
    this.#writer.close();
  }
}
