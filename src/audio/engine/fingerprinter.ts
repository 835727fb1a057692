import { readFileSync, rmSync } from "node:fs";
import {
  AV_CODEC_ID_PCM_S16LE,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_SAMPLE_FMT_S16,
  AVMEDIA_TYPE_AUDIO,
} from "node-av/constants";
import { avChannelLayoutDefault, FormatContext, type Frame, Packet, Rational } from "node-av/lib";
import { checkStatus, present } from "./engine-error.ts";
import { FINGERPRINT_RATE_HZ } from "./measure-graph.ts";

export const FINGERPRINT_WORD_BYTES = 4;

const BYTES_PER_SAMPLE = 2;
/** Chromaprint moves on by a third of 4096 samples, and its first word wants some twenty of these steps. */
const MOST_SAMPLES_PER_WORD = 1366;
const WORDS_TO_BEGIN = 24;

/** Chromaprint, algorithm 1, over a whole stream of 11025 Hz mono 16-bit frames. */
export class Fingerprinter {
  readonly #muxer = new FormatContext();
  readonly #packet = new Packet();
  readonly #path: string;
  #samples = 0;

  /** `path` is scratch: it is written and removed again. */
  constructor(path: string) {
    this.#path = path;
    this.#packet.alloc();
    const muxer = this.#muxer;
    checkStatus(muxer.allocOutputContext2(null, "chromaprint", `file:${path}`), "chromaprint");
    muxer.setOption("algorithm", "1", AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    muxer.setOption("fp_format", "raw", AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    const stream = muxer.newStream(null);
    const parameters = stream.codecpar;
    parameters.codecType = AVMEDIA_TYPE_AUDIO;
    parameters.codecId = AV_CODEC_ID_PCM_S16LE;
    parameters.format = AV_SAMPLE_FMT_S16;
    parameters.sampleRate = FINGERPRINT_RATE_HZ;
    parameters.channelLayout = avChannelLayoutDefault(1);
    stream.timeBase = new Rational(1, FINGERPRINT_RATE_HZ);
    checkStatus(muxer.openOutputSync(), "opening the fingerprint's scratch file");
    checkStatus(muxer.writeHeaderSync(null), "starting the fingerprint");
  }

  add(frame: Frame): void {
    const samples = frame.nbSamples;
    const plane = present(frame.data?.[0], "samples for the fingerprint");
    this.#packet.data = plane.subarray(0, samples * BYTES_PER_SAMPLE);
    this.#packet.pts = BigInt(this.#samples);
    this.#packet.dts = BigInt(this.#samples);
    checkStatus(this.#muxer.writeFrameSync(this.#packet), "fingerprinting");
    this.#packet.unref();
    this.#samples += samples;
  }

  /**
   * The raw fingerprint: 32-bit words, little-endian, about eight a second; empty below about three seconds.
   * Throws `Error` when it could not be written in full: that is the disk's fault, not the music's.
   */
  finish(): Buffer {
    const status = this.#muxer.writeTrailerSync();
    this.#muxer.closeOutputSync();
    const raw = readFileSync(this.#path);
    rmSync(this.#path, { force: true });
    const fewestWords = Math.floor(this.#samples / MOST_SAMPLES_PER_WORD) - WORDS_TO_BEGIN;
    if (status < 0 || raw.length < fewestWords * FINGERPRINT_WORD_BYTES) {
      throw new Error(`only ${raw.length} bytes of a fingerprint were written to "${this.#path}"`);
    }
    return raw;
  }

  free(): void {
    this.#packet.free();
    this.#muxer.freeContext();
    rmSync(this.#path, { force: true });
  }
}
