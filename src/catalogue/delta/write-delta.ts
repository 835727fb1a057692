import { z } from "zod";
import type { Database } from "../../core/index.ts";
import { joinReplaced } from "../store/live-rows.ts";
import {
  describeTables,
  type Flagged,
  type ReplacedDescription,
  type SnapshotDescription,
} from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { TABLE_NAMES, type TableName, tableDefinition } from "../store/tables.ts";
import { writeReplaced } from "../store/write-replaced.ts";
import { writeTables } from "../write-tables.ts";
import { readDeltaFlagged } from "./delta-flagged.ts";

export interface WriteDeltaOptions {
  readonly base: Snapshot;
  readonly folder: string;
  readonly generation: number;
  /** Whether the views `carried_…` of tracks are there. */
  readonly hasCarriedTracks: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onStep: (what: string) => void;
}

export interface Delta {
  readonly computed: Pick<
    SnapshotDescription,
    "tables" | "flagged" | "nextArtistNo" | "nextAlbumNo" | "replaced"
  >;
  /** Files of the base that go on as they are. */
  readonly kept: readonly string[];
}

/** Tables of folders of music, which a delta does not compute. */
const LEFT: readonly TableName[] = ["document", "package_file"];
const CARRIED_WITH_TRACKS: readonly TableName[] = [
  "track",
  "isrc",
  "listen",
  "credit",
  "identifier",
  "track_genre",
  "holding",
  "tag",
  "replay_gain",
];

/** Tables that have rows of steady tracks beside those that are computed from records. */
const STEADY: readonly TableName[] = ["track", "isrc"];

/** Each entity once. Tracks, which are most, are put in once; to look for doubles among them takes as long as to write them. */
const REPLACED = `
  select entity, id, no from replaced_entity where entity = 'track'
  union all select distinct entity, id, no from replaced_entity where entity <> 'track'`;

/** Writes the views `physical_…` and what is carried along as one more generation. */
export async function writeDelta(database: Database, options: WriteDeltaOptions): Promise<Delta> {
  const { base, folder, generation, hasCarriedTracks, signal, onStep } = options;
  const replaced = await writeReplaced(database, { query: REPLACED, folder, generation });
  // The queries join what is wide with what is narrow, in this order; the optimizer cannot know.
  await database.run("set disabled_optimizers = 'join_order,build_side_probe_side'");
  const voidRows: { [table in TableName]?: number } = {};
  let flagged: Flagged = base.flagged;
  const { segments, ...next } = await writeTables(database, {
    folder,
    generation,
    signal,
    onStep: () => {},
    areFew: true,
    queryOf: (table) => (LEFT.includes(table) ? null : queryOf(table, hasCarriedTracks)),
    meanwhile: async () => {
      await database.run("reset disabled_optimizers");
      for (const table of TABLE_NAMES) {
        if (!isWrittenAnew(table)) voidRows[table] = await countVoid(database, options, table);
      }
      flagged = await readDeltaFlagged(database, base);
    },
  });
  onStep("segments");
  const all: { [table in TableName]?: SnapshotDescription["tables"][TableName]["segments"] } = {};
  const liveRows: { [table in TableName]?: number } = {};
  const kept: string[] = base.replaced.map(({ file }) => file);
  for (const table of TABLE_NAMES) {
    const isAnew = isWrittenAnew(table);
    const old = isAnew ? [] : base.tables[table].segments;
    const added = segments[table] ?? [];
    all[table] = [...old, ...added];
    kept.push(...old.map(({ file }) => file));
    const before = isAnew ? 0 : base.tables[table].rows - (voidRows[table] ?? 0);
    liveRows[table] = before + added.reduce((sum, { rows }) => sum + rows, 0);
  }
  const replacedList: ReplacedDescription[] = [...base.replaced, replaced];
  return {
    computed: { ...next, tables: describeTables(all, liveRows), flagged, replaced: replacedList },
    kept,
  };
}

function isWrittenAnew(table: TableName): boolean {
  return tableDefinition(table).isRewritten && !LEFT.includes(table);
}

function queryOf(table: TableName, hasCarriedTracks: boolean): string {
  const columns = Object.keys(tableDefinition(table).columns)
    .map((name) => `"${name}"`)
    .join(", ");
  const isCarried = table === "album" || (hasCarriedTracks && CARRIED_WITH_TRACKS.includes(table));
  const kinds = [
    "physical",
    ...(isCarried ? ["carried"] : []),
    ...(STEADY.includes(table) ? ["steady"] : []),
  ];
  return kinds.map((kind) => `select ${columns} from ${kind}_${table}`).join(" union all ");
}

const KNOWN_ISRCS =
  "(select isrc from known_track where isrc is not null union all select isrc from more_isrc)";

const countRow = z.object({ count: z.bigint().transform(Number) });

/** How many live rows of the base this generation voids. */
async function countVoid(
  database: Database,
  { base, hasCarriedTracks }: WriteDeltaOptions,
  table: TableName,
): Promise<number> {
  if (base.tables[table].rows === 0) return 0;
  // Each of these tracks has its one row, and the codes of those with new records are known.
  if (table === "track") return await count(database, "replaced_entity where entity = 'track'");
  if (table === "isrc" && !hasCarriedTracks) return await count(database, KNOWN_ISRCS);
  const replaced = "(select 1 as generation, entity, id, no from replaced_entity)";
  const voided = joinReplaced(table, replaced, 0);
  if (voided === null) return 0;
  // The identifiers of all that has new records are known; steady tracks have none.
  const from = table === "identifier" && !hasCarriedTracks ? "old_identifier" : `base_${table}`;
  return await count(database, `${from} s semi join ${voided}`);
}

async function count(database: Database, from: string): Promise<number> {
  const [row] = await database.rows(`select count(*) as count from ${from}`);
  return countRow.parse(row).count;
}
