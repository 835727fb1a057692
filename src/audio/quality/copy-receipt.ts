import type { ChannelLayout, Frame, Packet } from "node-av/lib";
import { OPUS_FRAME_SAMPLES } from "../engine/measure-graph.ts";
import { OpusDecoder } from "../engine/opus-decoder.ts";
import { QualityMeter } from "./quality-meter.ts";

/** Names the method and its version: what is compared with what must not change under one name. */
export const RECEIPT_METHOD = "nmr-bs1387/1";

/** One second is compared in each 45, the first two seconds in: packets of 20 ms. */
const PERIOD_PACKETS = 2250;
const FIRST_PACKET = 100;
const WINDOW_PACKETS = 50;
/** A decoder that starts inside a stream needs 80 ms to be right (RFC 7845, 4.6); more does no harm. */
const WARM_UP_PACKETS = 10;
const PACKET_MS = 20;
const PRE_SKIP_OFFSET = 10;

/** What the access copy is like beside its source, measured after decoding it. */
export interface CopyReceipt {
  readonly method: string;
  /** Null when all that was compared is silence, and for copies of under three seconds. */
  readonly noiseToMaskDb: number | null;
  readonly loudnessDifferenceLu: number | null;
  /** How much of the track was compared. */
  readonly comparedMs: number;
}

/**
 * Listens to an encoder at work: decodes some of its packets at once and compares them with what was encoded. Windows take
 * the channels in turn, so that what befalls one of them is noticed. Holds two seconds of one channel.
 */
export class CopyReceiptMeter {
  readonly #decoder: OpusDecoder;
  readonly #channels: number;
  readonly #preSkipSamples: number;
  readonly #meter = new QualityMeter();
  readonly #reference = new Float32Array(WINDOW_PACKETS * OPUS_FRAME_SAMPLES);
  readonly #test = new Float32Array(WINDOW_PACKETS * OPUS_FRAME_SAMPLES);
  #inputSamples = 0;
  #packets = 0;
  #windows = 0;
  #compared = 0;

  constructor(head: Buffer, layout: ChannelLayout) {
    this.#decoder = new OpusDecoder(head, layout);
    this.#channels = layout.nbChannels;
    this.#preSkipSamples = head.readUInt16LE(PRE_SKIP_OFFSET);
  }

  /** What goes into the encoder: interleaved floats. */
  input(frame: Frame): void {
    // Sample n of the input comes out of the decoder as sample n + pre-skip.
    const first = this.#inputSamples + this.#preSkipSamples;
    const samples = frame.nbSamples;
    this.#inputSamples += samples;
    const start = windowStart(first + samples);
    if (first >= start + this.#reference.length || first + samples <= start) return;
    const plane = frame.data?.[0];
    if (plane === undefined) return;
    const values = new Float32Array(plane.buffer, plane.byteOffset, samples * this.#channels);
    const channel = windowNumber(start) % this.#channels;
    for (let at = Math.max(0, start - first); at < samples; at++) {
      const place = first + at - start;
      if (place >= this.#reference.length) break;
      this.#reference[place] = values[at * this.#channels + channel] ?? 0;
    }
  }

  /** What comes out of the encoder. */
  packet(packet: Packet): void {
    const number = this.#packets++;
    const inPeriod = (number - FIRST_PACKET + WARM_UP_PACKETS) % PERIOD_PACKETS;
    if (number < FIRST_PACKET - WARM_UP_PACKETS || inPeriod >= WARM_UP_PACKETS + WINDOW_PACKETS) return;
    const channel = this.#windows % this.#channels;
    const place = (inPeriod - WARM_UP_PACKETS) * OPUS_FRAME_SAMPLES;
    this.#decoder.decode(packet, channel, (samples) => {
      if (place >= 0) this.#test.set(samples.subarray(0, OPUS_FRAME_SAMPLES), place);
    });
    if (inPeriod !== WARM_UP_PACKETS + WINDOW_PACKETS - 1) return;
    // A window that reaches past the end of the track is not whole on the other side.
    const start = (number + 1 - WINDOW_PACKETS) * OPUS_FRAME_SAMPLES;
    if (this.#inputSamples + this.#preSkipSamples >= start + this.#test.length) {
      this.#meter.compare(this.#reference, this.#test);
      this.#compared++;
    }
    this.#windows++;
  }

  finish(): CopyReceipt {
    const reading = this.#meter.reading();
    return {
      method: RECEIPT_METHOD,
      noiseToMaskDb: reading?.noiseToMaskDb ?? null,
      loudnessDifferenceLu: reading?.loudnessDifferenceLu ?? null,
      comparedMs: this.#compared * WINDOW_PACKETS * PACKET_MS,
    };
  }

  free(): void {
    this.#decoder.free();
  }
}

/** Of the last window that begins before this sample of the decoder's output; past the first one, never negative. */
function windowStart(before: number): number {
  const packet = Math.ceil(before / OPUS_FRAME_SAMPLES) - 1 - FIRST_PACKET;
  const number = Math.max(0, Math.floor(packet / PERIOD_PACKETS));
  return (number * PERIOD_PACKETS + FIRST_PACKET) * OPUS_FRAME_SAMPLES;
}

function windowNumber(start: number): number {
  return Math.round((start / OPUS_FRAME_SAMPLES - FIRST_PACKET) / PERIOD_PACKETS);
}
