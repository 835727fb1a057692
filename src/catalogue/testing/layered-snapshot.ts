import { type Archive, Database } from "../../core/index.ts";
import { draftSnapshot } from "../store/draft-snapshot.ts";
import {
  describeTables,
  NOTHING_FLAGGED,
  type ReplacedDescription,
  type SegmentDescription,
  SNAPSHOT_FORMAT,
} from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { TABLE_NAMES, TABLES, type TableName } from "../store/tables.ts";
import { writeReplaced } from "../store/write-replaced.ts";
import { writeSegments } from "../store/write-segments.ts";

/** A generation: rows by table with the columns that matter (others are null), and what it replaces. */
export interface TestGeneration {
  readonly rows: { readonly [table in TableName]?: readonly Readonly<Record<string, unknown>>[] };
  readonly replaced?: readonly { readonly entity: string; readonly id: number; readonly no?: number }[];
}

/** Publishes a snapshot with these generations, oldest first, as the current one. */
export async function writeLayeredSnapshot(
  archive: Archive,
  id: string,
  generations: readonly TestGeneration[],
  options: {
    readonly rowsPerSegment?: number;
    readonly parent?: Snapshot;
    readonly accessions?: Snapshot["accessions"];
    readonly builder?: string;
  } = {},
): Promise<Snapshot> {
  const { rowsPerSegment = 50, parent } = options;
  const draft = await draftSnapshot(archive, id);
  const database = await Database.open({ threads: 1 });
  const segments: { [table in TableName]?: SegmentDescription[] } = {};
  const replaced: ReplacedDescription[] = [...(parent?.replaced ?? [])];
  const { folder } = draft;
  let first = 0;
  if (parent) {
    for (const table of TABLE_NAMES) segments[table] = [...parent.tables[table].segments];
    const files = TABLE_NAMES.flatMap((table) => parent.tables[table].segments).map(({ file }) => file);
    await draft.adopt(parent, [...files, ...replaced.map(({ file }) => file)]);
    first = 1 + replaced.length;
  }
  for (const [at, { rows, replaced: gone }] of generations.entries()) {
    const generation = first + at;
    for (const table of TABLE_NAMES) {
      const query = rowsQuery(table, rows[table] ?? []);
      const made = await writeSegments(database, { table, query, folder, generation, rowsPerSegment });
      segments[table] = [...(segments[table] ?? []), ...made];
    }
    if (generation === 0) continue;
    const values = (gone ?? []).map(({ entity, id, no }) => `('${entity}', ${id}, ${no ?? "null"})`);
    const query = `select * from (values ${[...values, "('', 0, null)"].join(", ")}) t(entity, id, no) where entity <> ''`;
    replaced.push(await writeReplaced(database, { query, folder, generation }));
  }
  database.close();
  return await draft.publish({
    format: SNAPSHOT_FORMAT,
    id,
    builder: options.builder ?? "test",
    program: "test",
    created: `2026-01-01T00:00:0${first}Z`,
    parent: parent?.id ?? null,
    accessions: [...(options.accessions ?? [])],
    synthetic: null,
    nextAlbumNo: 1000,
    nextArtistNo: 1000,
    tables: describeTables(segments),
    replaced,
    flagged: NOTHING_FLAGGED,
  });
}

function rowsQuery(table: TableName, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = Object.entries(TABLES[table].columns);
  const select = (row: Readonly<Record<string, unknown>>) =>
    `select ${columns.map(([name, type]) => `${literal(row[name])}::${type} as "${name}"`).join(", ")}`;
  return rows.length > 0 ? rows.map(select).join(" union all ") : `${select({})} where false`;
}

function literal(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
