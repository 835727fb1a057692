import { z } from "zod";
import { AUDIO_FAILURES, type AudioOutcome, type CheckOutcome } from "./types.ts";

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decibels = z.number().nullable();
const proof = z.enum(["ogg-granule", "flac-md5", "sample-count", "decoder-only"]);

/** Blocks of a track in tenths of an LU. */
export const gatingBlocksSchema = z.strictObject({ firstBin: count, counts: z.array(count) });

const number = z.number();
/** What a worker measured; units and methods are in `docs/features.md`. */
export const featuresSchema = z.strictObject({
  tempo: z
    .strictObject({
      bpm: number,
      confidence: number,
      alternatives: z.array(z.strictObject({ bpm: number, confidence: number })),
    })
    .nullable(),
  key: z
    .strictObject({
      tonic: z.int().min(0).max(11),
      mode: z.enum(["major", "minor"]),
      strength: number,
      nextStrength: number,
      profile: z.string(),
      tuningCents: number,
    })
    .nullable(),
  dynamics: z.strictObject({ energyRms: number, complexityDb: number }).nullable(),
  spectrum: z.strictObject({ centroidHz: number, flatness: number }).nullable(),
  onsetsPerSecond: number.nullable(),
  danceability: number.nullable(),
  beats: z.array(number).nullable(),
  waveform: z.strictObject({ peaks: z.array(z.int().min(0).max(255)), secondsPerPeak: number }).nullable(),
  spectrogram: z
    .strictObject({ bands: count, columns: count, secondsPerColumn: number, base64: z.base64() })
    .nullable(),
  speech: z.strictObject({ share: number, tool: z.string() }).nullable(),
  condition: z.strictObject({
    silenceHeadMs: count,
    silenceTailMs: count,
    clippedRuns: count,
    clippedSamples: count,
    dcOffset: number,
    isMonoInStereo: z.boolean().nullable(),
    bandLimit: z.strictObject({ cutOffHz: number, dropDb: number }).nullable(),
  }),
  tool: z.string(),
});

const failed = { ok: z.literal(false), reason: z.enum(AUDIO_FAILURES), detail: z.string() } as const;

const notes = z.array(z.strictObject({ kind: z.string(), detail: z.string() }));

const audioSuccess = z.strictObject({
  ok: z.literal(true),
  fileSha256: sha256,
  sizeBytes: count,
  mtimeNs: z.bigint(),
  payloadSha256: sha256.nullable(),
  payloadMethod: z.string(),
  container: z.enum(["ogg", "flac", "mp3", "mp4", "wav"]),
  codec: z.string(),
  sampleRateHz: count,
  channels: count,
  bitsPerSample: count.nullable(),
  decodedSamples: count,
  expectedSamples: count.nullable(),
  durationMs: count,
  averageBitrateKbps: z.number(),
  proof,
  notes,
  loudness: z.strictObject({
    integratedLufs: decibels,
    rangeLu: decibels,
    shortTermMaxLufs: decibels,
    samplePeakDbfs: decibels,
    truePeakDbtp: decibels,
    gatingBlocks: gatingBlocksSchema.nullable(),
    tool: z.string(),
  }),
  fingerprint: z
    .strictObject({ algorithm: z.literal(1), base64: z.base64(), words: count, tool: z.string() })
    .nullable(),
  features: featuresSchema.nullable(),
  accessCopy: z
    .strictObject({
      spoolPath: z.string(),
      sizeBytes: count,
      sha256,
      durationMs: count,
      bitrateKbps: z.number(),
      channels: count,
      encoder: z.string(),
      settings: z.string(),
      receipt: z
        .strictObject({
          method: z.string(),
          noiseToMaskDb: decibels,
          loudnessDifferenceLu: decibels,
          comparedMs: count,
        })
        .nullable(),
    })
    .nullable(),
  original: z.strictObject({ spoolPath: z.string() }).nullable(),
});

const audioOutcome = z.discriminatedUnion("ok", [
  audioSuccess,
  z.strictObject({ ...failed, fileSha256: sha256.nullable(), sizeBytes: count.nullable() }),
]);

const checkOutcome = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    sha256,
    payloadSha256: sha256.nullable(),
    codec: z.string(),
    sampleRateHz: count,
    channels: count,
    proof,
    notes,
    samplesSha256: sha256.nullable(),
    decodedSamples: count,
    expectedSamples: count.nullable(),
    durationMs: count,
  }),
  z.strictObject(failed),
]);

const reply = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("audio"), outcome: audioOutcome }),
  z.strictObject({ kind: z.literal("check"), outcome: checkOutcome }),
  z.strictObject({ kind: z.literal("trouble"), code: z.string().nullable(), message: z.string() }),
]);

/** What a child process answers. `trouble` is not the file's: the spool folder cannot be written, say. */
export type WorkerReply =
  | { readonly kind: "audio"; readonly outcome: AudioOutcome }
  | { readonly kind: "check"; readonly outcome: CheckOutcome }
  | { readonly kind: "trouble"; readonly code: string | null; readonly message: string };

/** Throws when a child sent anything else. */
export function parseWorkerReply(message: unknown): WorkerReply {
  return reply.parse(message);
}
