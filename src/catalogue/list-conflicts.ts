import { z } from "zod";
import { type Archive, sqlText } from "../core/index.ts";
import { type TrackId, trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import { currentSnapshot } from "./store/snapshot-store.ts";

export const CONFLICT_KINDS = [
  "isrc-of-several-recordings",
  "recording-of-several-isrcs",
  "invalid-code",
] as const;

export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/** One row of the identifier conflict report. */
export interface Conflict {
  readonly kind: ConflictKind;
  readonly scheme: string;
  /** The identifier; an invalid one as it was written. */
  readonly value: string;
  readonly track: TrackId | null;
  readonly detail: string | null;
}

export interface ConflictReport {
  /** Rows of each kind and scheme, also of those beyond the limit. */
  readonly counts: readonly { readonly kind: string; readonly scheme: string; readonly rows: number }[];
  readonly conflicts: readonly Conflict[];
}

const countRow = z.object({ kind: z.string(), scheme: z.string(), rows: z.bigint().transform(Number) });
const conflictRow = z.object({
  kind: z.enum(CONFLICT_KINDS),
  scheme: z.string(),
  value: z.string(),
  track_id: z.bigint().nullable(),
  detail: z.string().nullable(),
});

/** The identifier conflicts of the current snapshot, of one kind or of all, the first `limit` of them. */
export async function listConflicts(
  archive: Archive,
  { kind, limit }: { readonly kind?: ConflictKind | undefined; readonly limit: number },
): Promise<ConflictReport> {
  const database = await openSnapshot(await currentSnapshot(archive));
  try {
    await database.runFile(new URL("./conflicts.sql", import.meta.url));
    const where = kind === undefined ? "" : `where kind = ${sqlText(kind)}`;
    const counts = await database.rows(
      `select kind, scheme, count(*) as rows from conflict_report ${where} group by all order by all`,
    );
    const rows = await database.rows(
      `select * from conflict_report ${where} order by kind, scheme, value, track_id nulls first limit ${limit}`,
    );
    return {
      counts: counts.map((row) => countRow.parse(row)),
      conflicts: rows.map((row) => {
        const { track_id, ...conflict } = conflictRow.parse(row);
        return { ...conflict, track: track_id === null ? null : trackIdFromBigInt(track_id) };
      }),
    };
  } finally {
    database.close();
  }
}
