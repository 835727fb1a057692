import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { errorMessage } from "../core/errors.ts";
import { codecName } from "./codec-name.ts";
import { ContainerWalk } from "./container-walk.ts";
import type { FrameFormat, FrameSink } from "./engine/decode-stream.ts";
import { FlacSampleDigest } from "./engine/flac-sample-digest.ts";
import { SampleDigest } from "./engine/sample-digest.ts";
import { statedSamples } from "./integrity.ts";
import type { CheckJob, CheckOutcome } from "./types.ts";
import { decodeVerified } from "./verified-decode.ts";

const CHUNK_BYTES = 1 << 18;

/**
 * Verifies one stored stream as strictly as when it was taken in, without measuring or encoding anything. The stream
 * may lie inside a larger file: FFmpeg reads it there, nothing is copied.
 */
export async function checkAudio(
  job: CheckJob,
  shouldStop: () => boolean = () => false,
): Promise<CheckOutcome> {
  const walk = new ContainerWalk(`stream.${job.ext}`);
  let sha256: string;
  try {
    sha256 = readRange(job, (chunk) => walk.push(chunk));
  } catch (error) {
    return { ok: false, reason: "unreadable", detail: errorMessage(error) };
  }
  if (job.sizeBytes === 0) return { ok: false, reason: "empty", detail: "no byte" };
  const container = walk.finish();
  if (!container.ok) return { ok: false, reason: container.reason, detail: container.detail };
  const flacBits = container.claim.flacMd5 === null ? null : container.bitsPerSample;
  const sink = new CheckSink(flacBits, job.sampleDigest);
  const end = job.offsetBytes + job.sizeBytes;
  const decoded = await decodeVerified({
    // The protocol's own form: options between commas, an empty one ends them, then the rest is the name as it is.
    url: `subfile,,start,${job.offsetBytes},end,${end},,:file:${job.path}`,
    container,
    sink,
    finish: () => sink.finish(),
    shouldStop,
  });
  if (!decoded.ok) return decoded;
  const { facts, verdict } = decoded;
  const { sampleRateHz, channels } = facts.format;
  return {
    ok: true,
    sha256,
    payloadSha256: container.payloadSha256,
    codec: codecName(facts.decoder),
    sampleRateHz,
    channels,
    proof: verdict.proof,
    notes: verdict.notes,
    samplesSha256: decoded.measured.samplesSha256,
    decodedSamples: verdict.samples,
    expectedSamples: statedSamples(container.claim, sampleRateHz),
    durationMs: Math.round((verdict.samples * 1000) / sampleRateHz),
  };
}

/** Samples are only counted, and hashed where they have to be. */
class CheckSink implements FrameSink {
  readonly #flacBits: number | null;
  readonly #wantsDigest: boolean;
  #flac: FlacSampleDigest | null = null;
  #samples: SampleDigest | null = null;

  constructor(flacBits: number | null, wantsDigest: boolean) {
    this.#flacBits = flacBits;
    this.#wantsDigest = wantsDigest;
  }

  start(format: FrameFormat): void {
    if (this.#flacBits !== null) this.#flac = new FlacSampleDigest(format, this.#flacBits);
    if (this.#wantsDigest) this.#samples = new SampleDigest(format);
  }

  frame(...[frame, samples]: Parameters<FrameSink["frame"]>): void {
    this.#flac?.add(frame, samples);
    this.#samples?.add(frame, samples);
  }

  finish(): { readonly flacMd5: string | null; readonly samplesSha256: string | null } {
    return { flacMd5: this.#flac?.finish() ?? null, samplesSha256: this.#samples?.finish() ?? null };
  }
}

/** SHA-256 of the range, which must be there in full. */
function readRange(job: CheckJob, onChunk: (chunk: Buffer) => void): string {
  const hash = createHash("sha256");
  const fd = openSync(job.path, "r");
  try {
    const end = job.offsetBytes + job.sizeBytes;
    for (let position = job.offsetBytes; position < end; ) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
      const bytesRead = readSync(fd, buffer, 0, buffer.length, position);
      if (bytesRead === 0) throw new RangeError(`the file ends at byte ${position}, before the stream does`);
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      onChunk(chunk);
      position += bytesRead;
    }
    return hash.digest("hex");
  } finally {
    closeSync(fd);
  }
}
