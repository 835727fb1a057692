import { z } from "zod";

const PIECE_LENGTH_MIN_BYTES = 16_384; // BEP 52, "piece length": a power of two, at least 16 KiB

/** What a track of which no file is held is planned as. */
const assumedHoldingSchema = z.strictObject({
  /** Of the original. */
  bitrateKbps: z.int().min(8).max(9216).default(160),
  /** The length of a track whose length nobody knows. */
  durationMs: z.int().positive().default(200_000),
});

const selectionSchema = z.strictObject({
  /** `listens`: most expected listens for the bytes; `published`: by popularity, then by a priority of the unheard. */
  rule: z.enum(["listens", "published"]).default("listens"),
  /** Originals are offered to tracks whose popularity (0–100) is above this. */
  originalAbovePopularity: z.number().min(-1).max(100).default(0),
  /** What a track of unknown popularity may have: unknown is not zero. */
  unknownPopularity: z.enum(["original", "access-copy"]).default("original"),
  /** Expected listens of a track that nobody has counted, and of one that is known to have none. */
  unknownListens: z.number().positive().default(1),
  zeroListens: z.number().positive().default(0.1),
  /** What an access copy is worth beside the original of the same track. */
  accessCopyWorth: z.number().gt(0).lte(1).default(0.8),
  /** Factor on the value of a track whose artist has few tracks here: value × (1 + weight / tracks of the artist). */
  rarityWeight: z.number().min(0).default(0),
  /** Tracks of each artist that are kept before anything else competes, most listened first. */
  tracksPerArtistFloor: z.int().min(0).default(0),
  tracksPerLabelFloor: z.int().min(0).default(0),
  tracksPerLanguageFloor: z.int().min(0).default(0),
  /** `isrc`: of tracks that share an ISRC only one is kept; `recording`: also of those that the catalogue takes for one. */
  duplicates: z.enum(["isrc", "recording", "keep-all"]).default("isrc"),
  /** Of tracks that sound the same (`deadwax catalogue duplicates`) one is kept, or all. */
  sameSound: z.enum(["keep-one", "keep-all"]).default("keep-one"),
  /** Rule `published`: tracks of popularity 0 whose priority is below this are not kept. */
  priorityCut: z.number().default(0.351),
  /** Plans for tracks of which only metadata is there; null: they are not kept. */
  assumeHoldings: assumedHoldingSchema.nullable().default(null),
});

const accessCopySchema = z.strictObject({
  codec: z.literal("opus").default("opus"),
  /** Constrained VBR: the mean of a track does not exceed this by more than 2 %. */
  bitrateKbps: z.int().min(16).max(256).default(75),
  complexity: z.int().min(0).max(10).default(10),
  /** What the copy is like beside its source, measured after decoding: see `docs/decisions/audio-access-copy.md`. */
  receipt: z.boolean().default(true),
});

const measureSchema = z.strictObject({
  /** True peak (ITU-R BS.1770-4, annex 2) costs about a fifth more CPU than sample peak alone. */
  truePeak: z.boolean().default(false),
  /** Tempo, key, dynamics, condition of the signal, outline and spectrogram: see `docs/features.md`. */
  features: z.boolean().default(true),
  /** How much of a track is speech, with the features; costs more than all else of the pass: see `docs/features.md`. */
  speech: z.boolean().default(false),
});

const packingSchema = z.strictObject({
  shardTargetBytes: z.int().min(65_536).default(1_073_741_824),
  pieceLengthBytes: z
    .int()
    .min(PIECE_LENGTH_MIN_BYTES)
    .max(67_108_864)
    .refine((length) => (length & (length - 1)) === 0, "must be a power of two")
    .default(4_194_304),
});

const rightsSchema = z.strictObject({
  /** The territory that a release is published for: ISO 3166-1 alpha-2, or `worldwide`. */
  territory: z
    .string()
    .regex(/^(worldwide|[A-Z]{2})$/)
    .default("worldwide"),
  /** Both the recording and the composition need a right. */
  requireComposition: z.boolean().default(true),
  /** The DDEX party that this archive is: deals in messages to it may give rights. Null: deals give none. */
  dealRecipient: z
    .string()
    .regex(/^PADPIDA[0-9]{10}[0-9A-Z]$/)
    .nullable()
    .default(null),
  /** Of tracks that sound the same but differ in what may be done with them: told in the report, or dark. */
  sameSound: z.enum(["report", "dark"]).default("report"),
});

/** A step of a gradual release: so long after the first release, so much of the sound may be out. */
const releaseStepSchema = z.strictObject({
  afterDays: z.number().min(0),
  /** Null: all of it. */
  upToBytes: z.int().min(0).nullable(),
});

const releaseSchema = z.strictObject({
  /** What the feed calls the archive, and the collection that its releases belong to. */
  title: z.string().min(1).max(500).default("a Deadwax archive"),
  group: z.string().min(1).max(200).default("music"),
  /** Copies below which a release is an alarm, and a mirror says so before it drops one. */
  minimumCopies: z.int().min(0).default(4),
  /** From the first step to the last; empty: everything at once. */
  schedule: z
    .array(releaseStepSchema)
    .max(1000)
    .refine(
      (steps) => steps.every(({ afterDays }, index) => afterDays >= (steps[index - 1]?.afterDays ?? 0)),
      "steps have to be in the order of time",
    )
    .default([]),
});

const intakeSchema = z.strictObject({
  maxFileBytes: z.int().positive().default(17_179_869_184),
  maxContainerMembers: z.int().positive().default(100_000),
  maxMemberBytes: z.int().positive().default(2_147_483_648),
  /** A container member that grows by more than this when inflated is refused as a bomb. */
  maxExpansionRatio: z.number().min(1).default(100),
});

/** What an archive keeps and how: see `docs/policy.md`. Every field has a default. */
export const policySchema = z.strictObject({
  format: z.literal("deadwax-policy/1").default("deadwax-policy/1"),
  selection: selectionSchema.default(selectionSchema.parse({})),
  accessCopy: accessCopySchema.default(accessCopySchema.parse({})),
  measure: measureSchema.default(measureSchema.parse({})),
  packing: packingSchema.default(packingSchema.parse({})),
  rights: rightsSchema.default(rightsSchema.parse({})),
  release: releaseSchema.default(releaseSchema.parse({})),
  intake: intakeSchema.default(intakeSchema.parse({})),
});

export type Policy = z.infer<typeof policySchema>;

/** The default policy, every field written out. */
export function defaultPolicy(): Policy {
  return policySchema.parse({});
}
