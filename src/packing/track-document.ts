import { z } from "zod";
import type { AudioSuccess, CopyReceipt } from "../audio/types.ts";
import { canonicalJson } from "../core/index.ts";
import type { Tier } from "../selection/index.ts";
import { documentedFeatures, trackFeaturesSchema } from "./documented-features.ts";
import { documentedLoudness, trackLoudnessSchema } from "./documented-loudness.ts";
import { measure, rounded } from "./rounded.ts";
import type { TrackFacts, TrackRights } from "./track-facts.ts";

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string();
const count = z.int().min(0);

/** `<track_id>.json` in a shard: everything that is known of a track when it is packed. See `docs/formats/shard.md`. */
export const trackDocumentSchema = z.strictObject({
  format: z.literal("deadwax-track/1"),
  track_id: z.string().length(13),
  title: text,
  artist: text.nullable(),
  artists: z.array(z.strictObject({ name: text, role: text })),
  album: z.strictObject({ title: text, artist: text.nullable() }).nullable(),
  discNo: z.int().nullable(),
  trackNo: z.int().nullable(),
  releaseDate: text.nullable(),
  datePrecision: text.nullable(),
  language: text.nullable(),
  label: text.nullable(),
  genres: z.array(text),
  identifiers: z.array(z.strictObject({ entity: text, scheme: text, value: text })),
  disposition: z.enum(["original", "access-copy"]),
  /** Where the original came from; paths are relative to the root of the source. */
  source: z.strictObject({
    name: text,
    path: text,
    pathB64: text.nullable(),
    member: text.nullable(),
    memberB64: text.nullable(),
  }),
  original: z.strictObject({
    sizeBytes: count,
    sha256: sha256Hex,
    payloadSha256: sha256Hex.nullable(),
    payloadMethod: text,
    container: text,
    codec: text,
    sampleRateHz: count,
    channels: count,
    bitsPerSample: z.int().nullable(),
    bitrateKbps: z.number(),
    durationMs: count,
    decodedSamples: count,
    proof: text,
    notes: z.array(z.strictObject({ kind: text, detail: text })),
  }),
  /** The file beside this one in the shard. */
  stored: z.strictObject({
    name: text,
    sizeBytes: count,
    sha256: sha256Hex,
    codec: text,
    sampleRateHz: count,
    channels: count,
    bitrateKbps: z.number(),
    durationMs: count,
    encoder: text.nullable(),
    settings: text.nullable(),
    /** Of an access copy; null for originals, when the policy leaves it out, and in documents from before there was any. */
    receipt: z
      .strictObject({
        method: text,
        noiseToMaskDb: z.number().nullable(),
        loudnessDifferenceLu: z.number().nullable(),
        comparedMs: count,
      })
      .nullable()
      .default(null),
  }),
  loudness: trackLoudnessSchema,
  fingerprint: z.strictObject({ algorithm: z.int(), words: count, base64: text, tool: text }).nullable(),
  /** Null when the policy leaves features out, and in documents from before there were any. */
  features: trackFeaturesSchema.nullable().default(null),
  rights: z.strictObject({
    gate: z.enum(["open", "dark"]),
    reason: text,
    licence: text.nullable(),
    attribution: text.nullable(),
    statements: z.array(
      z.strictObject({
        decision: text,
        licence: text.nullable(),
        licenceUri: text.nullable(),
        source: text,
        document: text.nullable(),
        basis: text,
        evidenceSha256: text.nullable(),
      }),
    ),
  }),
  /** The file's own tags in their order: pairs of key and value. */
  tags: z.array(z.tuple([text, text])),
});

export type TrackDocument = z.infer<typeof trackDocumentSchema>;

/** The audio that goes into the shard: the original, or the access copy made of it. */
export interface StoredAudio {
  readonly spoolPath: string;
  readonly ext: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitrateKbps: number;
  readonly durationMs: number;
  /** Samples per channel at `sampleRateHz` that it decodes to. */
  readonly decodedSamples: number;
  readonly encoder: string | null;
  readonly settings: string | null;
  readonly receipt: CopyReceipt | null;
}

/**
 * Describes a track. The same file and the same tools give the same bytes in every archive: measures are rounded, and
 * nothing tells of the time or the machine.
 */
export function trackDocument(
  facts: TrackFacts,
  rights: TrackRights,
  disposition: Tier,
  audio: AudioSuccess,
  stored: StoredAudio,
): TrackDocument {
  const { locator, source } = facts.holding;
  return {
    format: "deadwax-track/1",
    track_id: facts.trackId,
    title: facts.title,
    artist: facts.artistCredit,
    artists: facts.artists.map(({ name, role }) => ({ name, role })),
    album: facts.album && { title: facts.album.title, artist: facts.album.artist },
    discNo: facts.discNo,
    trackNo: facts.trackNo,
    releaseDate: facts.releaseDate,
    datePrecision: facts.datePrecision,
    language: facts.language,
    label: facts.label,
    genres: [...facts.genres],
    identifiers: facts.identifiers.map(({ entity, scheme, value }) => ({ entity, scheme, value })),
    disposition,
    source: {
      name: source,
      path: locator.path,
      pathB64: locator.pathB64,
      member: locator.member,
      memberB64: locator.memberB64,
    },
    original: {
      sizeBytes: audio.sizeBytes,
      sha256: audio.fileSha256,
      payloadSha256: audio.payloadSha256,
      payloadMethod: audio.payloadMethod,
      container: audio.container,
      codec: audio.codec,
      sampleRateHz: audio.sampleRateHz,
      channels: audio.channels,
      bitsPerSample: audio.bitsPerSample,
      bitrateKbps: rounded(audio.averageBitrateKbps, 3),
      durationMs: audio.durationMs,
      decodedSamples: audio.decodedSamples,
      proof: audio.proof,
      notes: audio.notes.map(({ kind, detail }) => ({ kind, detail })),
    },
    stored: {
      name: `${facts.trackId}.${stored.ext}`,
      sizeBytes: stored.sizeBytes,
      sha256: stored.sha256,
      codec: stored.codec,
      sampleRateHz: stored.sampleRateHz,
      channels: stored.channels,
      bitrateKbps: rounded(stored.bitrateKbps, 3),
      durationMs: stored.durationMs,
      encoder: stored.encoder,
      settings: stored.settings,
      receipt: stored.receipt && {
        ...stored.receipt,
        noiseToMaskDb: measure(stored.receipt.noiseToMaskDb),
        loudnessDifferenceLu: measure(stored.receipt.loudnessDifferenceLu),
      },
    },
    loudness: documentedLoudness(audio.loudness),
    fingerprint: audio.fingerprint && { ...audio.fingerprint },
    features: audio.features && documentedFeatures(audio.features),
    rights: { ...rights, statements: rights.statements.map((statement) => ({ ...statement })) },
    tags: facts.tags.map(([key, value]): [string, string] => [key, value]),
  };
}

/** The bytes of the document: canonical JSON, and a line feed for those who print it. */
export function trackDocumentBytes(document: TrackDocument): Buffer {
  return Buffer.from(`${canonicalJson(document)}\n`);
}
