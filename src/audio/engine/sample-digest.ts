import { createHash } from "node:crypto";
import {
  AV_SAMPLE_FMT_DBL,
  AV_SAMPLE_FMT_DBLP,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
  AV_SAMPLE_FMT_S16P,
  AV_SAMPLE_FMT_S32P,
  AV_SAMPLE_FMT_U8,
  AV_SAMPLE_FMT_U8P,
} from "node-av/constants";
import type { Frame } from "node-av/lib";
import type { FrameFormat } from "./decode-stream.ts";
import { present } from "./engine-error.ts";

const PLANAR: ReadonlySet<number> = new Set([
  AV_SAMPLE_FMT_U8P,
  AV_SAMPLE_FMT_S16P,
  AV_SAMPLE_FMT_S32P,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_DBLP,
]);
const BYTES: ReadonlyMap<number, number> = new Map([
  [AV_SAMPLE_FMT_U8, 1],
  [AV_SAMPLE_FMT_U8P, 1],
  [AV_SAMPLE_FMT_S16, 2],
  [AV_SAMPLE_FMT_S16P, 2],
  [AV_SAMPLE_FMT_DBL, 8],
  [AV_SAMPLE_FMT_DBLP, 8],
]);
/** Of 32-bit integers and floats. */
const OTHER_BYTES = 4;

/**
 * SHA-256 over the samples as the decoder gives them, with rate, channels and sample format in front. Two streams with
 * the same digest sound the same; the digest of a lossy stream holds for one version of the decoder. Each channel is
 * hashed for itself, so that how samples are cut into frames does not count.
 */
export class SampleDigest {
  readonly #hashes: ReturnType<typeof createHash>[];
  readonly #format: FrameFormat;
  readonly #planeBytesPerSample: number;

  constructor(format: FrameFormat) {
    const isPlanar = PLANAR.has(format.sampleFormat);
    this.#format = format;
    this.#hashes = Array.from({ length: isPlanar ? format.channels : 1 }, () => createHash("sha256"));
    this.#planeBytesPerSample =
      (BYTES.get(format.sampleFormat) ?? OTHER_BYTES) * (isPlanar ? 1 : format.channels);
  }

  add(frame: Frame, samples: number): void {
    for (const [plane, hash] of this.#hashes.entries()) {
      const bytes = present(frame.data?.[plane], "samples to hash");
      hash.update(bytes.subarray(0, samples * this.#planeBytesPerSample));
    }
  }

  /** Hex. */
  finish(): string {
    const { channels, sampleFormat, sampleRateHz } = this.#format;
    const whole = createHash("sha256").update(`${sampleRateHz} ${channels} ${sampleFormat}\n`);
    for (const hash of this.#hashes) whole.update(hash.digest());
    return whole.digest("hex");
  }
}
