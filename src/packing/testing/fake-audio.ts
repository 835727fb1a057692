import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AudioFailure, AudioJob, AudioOutcome } from "../../audio/types.ts";
import { openSource } from "../../sources/source-file.ts";
import { sampleBytes } from "./sample-tracks.ts";

const DAMAGED = "DAMAGED";

/** The text that makes the stand-in refuse a file. */
export function damagedFile(reason: AudioFailure): Buffer {
  return Buffer.from(`${DAMAGED} ${reason}`);
}

/**
 * Stands in for the audio stage: reads the source and spools it, but decodes nothing. Measures come from the file's
 * digest; an access copy is bytes made from it, a third as long.
 */
export async function fakeAudio(job: AudioJob): Promise<AudioOutcome> {
  const source = await openSource(job.source, job.limits).catch((error: Error) => error);
  if (source instanceof Error) return refusal("unreadable", source.message);
  const chunks: Buffer[] = [];
  for await (const chunk of source.chunks) chunks.push(Buffer.from(chunk));
  await source.close();
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString("latin1", 0, 64);
  if (text.startsWith(DAMAGED)) return refusal(text.slice(DAMAGED.length + 1), "as the test wants it");
  const digest = createHash("sha256").update(bytes).digest();
  const original = join(job.spoolDir, `${job.jobId}.original`);
  await writeFile(original, bytes);
  const durationMs = job.expected.durationMs ?? 1000;
  const copy = job.want.accessCopy ? await fakeCopy(job, digest, bytes.length, durationMs) : null;
  return {
    ok: true,
    fileSha256: digest.toString("hex"),
    sizeBytes: bytes.length,
    mtimeNs: source.mtimeNs,
    payloadSha256: digest.toString("hex"),
    payloadMethod: "whole-file",
    container: "ogg",
    codec: "vorbis",
    sampleRateHz: 44_100,
    channels: 2,
    bitsPerSample: null,
    decodedSamples: Math.round(durationMs * 44.1),
    expectedSamples: null,
    durationMs,
    averageBitrateKbps: (bytes.length * 8) / durationMs,
    proof: "ogg-granule",
    notes: [],
    loudness: {
      integratedLufs: -(digest[0] ?? 0) / 7,
      rangeLu: (digest[1] ?? 0) / 13,
      shortTermMaxLufs: null,
      samplePeakDbfs: null,
      truePeakDbtp: job.want.truePeak ? -0.001 : null,
      gatingBlocks: null,
      tool: "fake 1",
    },
    fingerprint: { algorithm: 1, base64: digest.toString("base64"), words: 8, tool: "fake 1" },
    features: null,
    accessCopy: copy,
    original: job.want.keepOriginal ? { spoolPath: original } : null,
  };
}

async function fakeCopy(job: AudioJob, digest: Buffer, sizeBytes: number, durationMs: number) {
  const spoolPath = join(job.spoolDir, `${job.jobId}.opus`);
  const bytes = sampleBytes(digest.readUInt32BE(0), Math.ceil(sizeBytes / 3));
  await writeFile(spoolPath, bytes);
  return {
    spoolPath,
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    durationMs,
    bitrateKbps: (bytes.length * 8) / durationMs,
    channels: 2,
    encoder: "fake 1",
    settings: "none",
    receipt: null,
  };
}

function refusal(reason: string, detail: string): AudioOutcome {
  const known: readonly AudioFailure[] = ["ogg-damaged", "timed-out", "engine-crashed", "unreadable"];
  return {
    ok: false,
    reason: known.find((one) => one === reason) ?? "not-audio",
    detail,
    fileSha256: null,
    sizeBytes: null,
  };
}
