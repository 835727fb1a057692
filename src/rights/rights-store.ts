import { join } from "node:path";
import { z } from "zod";
import {
  type Archive,
  FailedError,
  IntegrityError,
  parseJson,
  readIfThere,
  readPointer,
} from "../core/index.ts";

const RIGHTS_ID = /^r-[0-9a-f]{12}$/;
const MAX_JSON_BYTES = 16 << 20;
const count = z.int().nonnegative();
const table = z.strictObject({
  rows: count,
  sizeBytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const countsSchema = z.strictObject({
  tracks: count,
  /** Tracks that may be given to the public, and of these those that may be in another format. */
  open: count,
  derive: count,
  dark: count,
  statements: count,
  byReason: z.record(z.string(), count),
  /** Open tracks by licence. */
  byLicence: z.record(z.string(), count),
});

export type RightsCounts = z.infer<typeof countsSchema>;

const rightsSchema = z.strictObject({
  format: z.literal("deadwax-rights/1"),
  id: z.string().regex(RIGHTS_ID),
  builder: z.string(),
  program: z.string(),
  created: z.string(),
  snapshot: z.string(),
  policy: z.strictObject({
    territory: z.string(),
    requireComposition: z.boolean(),
    dealRecipient: z.string().nullable().default(null),
    sameSound: z.enum(["report", "dark"]).default("report"),
  }),
  /** Days (UTC) in which these rights hold as they are. */
  validFrom: z.string().nullable(),
  validUntil: z.string().nullable(),
  declarations: z.array(
    z.strictObject({
      id: z.string(),
      scope: z.string(),
      decision: z.string(),
      tracks: count,
      counts: z.boolean(),
    }),
  ),
  counts: countsSchema,
  warnings: z.array(z.string()),
  tables: z.strictObject({ statement: table, effective: table }),
});

export type RightsDescription = z.infer<typeof rightsSchema>;

/** The rights of all tracks of one snapshot, as they were computed. */
export interface EffectiveRights extends RightsDescription {
  readonly folder: string;
  readonly statementTable: string;
  readonly effectiveTable: string;
}

export function rightsFolder(archive: Archive, id: string): string {
  return join(archive.layout.rights, id);
}

/** The rights that `rights/CURRENT` names, fresh or not. Throws `FailedError` when there are none. */
export async function currentRights(archive: Archive): Promise<EffectiveRights> {
  const id = await currentRightsId(archive);
  const rights = id === null ? null : await readRights(archive, id);
  if (!rights) {
    throw new FailedError("the rights of this archive were not computed yet", {
      hint: "compute them: deadwax rights build",
    });
  }
  return rights;
}

export async function currentRightsId(archive: Archive): Promise<string | null> {
  return await readPointer(archive.layout.rights, RIGHTS_ID);
}

/** The rights `id`, or null when there are none. Throws `IntegrityError` when their description is not valid. */
export async function readRights(archive: Archive, id: string): Promise<EffectiveRights | null> {
  const folder = rightsFolder(archive, id);
  const bytes = await readIfThere(join(folder, "rights.json"));
  if (bytes === null) return null;
  const json = parseJson(bytes, MAX_JSON_BYTES);
  const parsed = json.ok ? rightsSchema.safeParse(json.value) : null;
  if (!parsed?.success || parsed.data.id !== id) {
    throw new IntegrityError(`"${join(folder, "rights.json")}" is not valid`, {
      cause: parsed?.error,
      hint: `delete the folder "${folder}" and compute it again: deadwax rights build`,
    });
  }
  return {
    ...parsed.data,
    folder,
    statementTable: join(folder, "statement.parquet"),
    effectiveTable: join(folder, "effective.parquet"),
  };
}
