import { createHash } from "node:crypto";
import { AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S32 } from "node-av/constants";
import type { Frame } from "node-av/lib";
import type { FrameFormat } from "./decode-stream.ts";
import { present } from "./engine-error.ts";
import { UnsupportedStreamError } from "./open-stream.ts";

/**
 * The MD5 of RFC 9639, 8.2 (STREAMINFO): interleaved samples, signed, little-endian, each in the fewest whole bytes.
 * FFmpeg hands them out in 16 or 32 bits, moved up to the top.
 */
export class FlacSampleDigest {
  readonly #md5 = createHash("md5");
  readonly #channels: number;
  readonly #containerBytes: number;
  readonly #sampleBytes: number;
  readonly #shiftBits: number;
  #packed: Buffer = Buffer.alloc(0);

  constructor(format: FrameFormat, bitsPerSample: number) {
    this.#channels = format.channels;
    if (format.sampleFormat === AV_SAMPLE_FMT_S16) this.#containerBytes = 2;
    else if (format.sampleFormat === AV_SAMPLE_FMT_S32) this.#containerBytes = 4;
    else throw new UnsupportedStreamError(`FLAC samples of format ${format.sampleFormat}`);
    this.#sampleBytes = Math.ceil(bitsPerSample / 8);
    this.#shiftBits = this.#containerBytes * 8 - bitsPerSample;
  }

  add(frame: Frame, samples: number): void {
    const sizeBytes = samples * this.#channels * this.#containerBytes;
    const plane = present(frame.data?.[0], "FLAC samples").subarray(0, sizeBytes);
    this.#md5.update(this.#shiftBits === 0 ? plane : this.#pack(plane));
  }

  finish(): string {
    return this.#md5.digest("hex");
  }

  #pack(plane: Buffer): Buffer {
    const count = plane.length / this.#containerBytes;
    const sizeBytes = count * this.#sampleBytes;
    if (this.#packed.length < sizeBytes) this.#packed = Buffer.alloc(sizeBytes);
    const out = this.#packed;
    const words =
      this.#containerBytes === 2
        ? new Int16Array(plane.buffer, plane.byteOffset, count)
        : new Int32Array(plane.buffer, plane.byteOffset, count);
    let at = 0;
    for (const word of words) {
      let value = word >> this.#shiftBits;
      for (let byte = 0; byte < this.#sampleBytes; byte++) {
        out[at++] = value & 0xff;
        value >>= 8;
      }
    }
    return out.subarray(0, sizeBytes);
  }
}
