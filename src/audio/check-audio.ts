import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { errorMessage } from "../core/errors.ts";
import { codecName } from "./codec-name.ts";
import { ContainerWalk } from "./container-walk.ts";
import type { FrameFormat, FrameSink } from "./engine/decode-stream.ts";
import { FlacSampleDigest } from "./engine/flac-sample-digest.ts";
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
  const sink = new FlacSink(container.claim.flacMd5 === null ? null : container.bitsPerSample);
  const end = job.offsetBytes + job.sizeBytes;
  const decoded = await decodeVerified({
    // The protocol's own form: options between commas, an empty one ends them, then the rest is the name as it is.
    url: `subfile,,start,${job.offsetBytes},end,${end},,:file:${job.path}`,
    container,
    sink,
    finish: () => ({ flacMd5: sink.md5() }),
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
    decodedSamples: verdict.samples,
    expectedSamples: statedSamples(container.claim, sampleRateHz),
    durationMs: Math.round((verdict.samples * 1000) / sampleRateHz),
  };
}

/** Samples are only counted, and for FLAC hashed. */
class FlacSink implements FrameSink {
  readonly #bitsPerSample: number | null;
  #digest: FlacSampleDigest | null = null;

  constructor(bitsPerSample: number | null) {
    this.#bitsPerSample = bitsPerSample;
  }

  start(format: FrameFormat): void {
    if (this.#bitsPerSample !== null) this.#digest = new FlacSampleDigest(format, this.#bitsPerSample);
  }

  frame(...[frame, samples]: Parameters<FrameSink["frame"]>): void {
    this.#digest?.add(frame, samples);
  }

  md5(): string | null {
    return this.#digest?.finish() ?? null;
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
