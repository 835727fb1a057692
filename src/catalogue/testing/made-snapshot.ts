import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Archive, Database, initArchive } from "../../core/index.ts";
import { packIsrc } from "../../formats/identifiers/index.ts";
import { draftSnapshot } from "../store/draft-snapshot.ts";
import {
  describeTables,
  NOTHING_FLAGGED,
  type ReplacedDescription,
  type SegmentDescription,
  SNAPSHOT_FORMAT,
} from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { TABLES, type TableName, tableDefinition } from "../store/tables.ts";
import { writeReplaced } from "../store/write-replaced.ts";
import { writeSegments } from "../store/write-segments.ts";

export type MadeRow = { readonly [column: string]: string | number | bigint | null | readonly number[] };

/** What one generation of a made-up snapshot has: rows by table, and what it replaces. */
export interface MadeGeneration {
  readonly rows: { readonly [table in TableName]?: readonly MadeRow[] };
  readonly replaced?: readonly (readonly [entity: string, id: number, no: number | null])[];
}

/** An archive in a temporary folder with a snapshot of made-up rows; three rows a segment, so that bounds matter. */
export async function makeSnapshot(
  generations: readonly MadeGeneration[],
): Promise<{ readonly archive: Archive; readonly snapshot: Snapshot; readonly remove: () => void }> {
  const root = mkdtempSync(join(tmpdir(), "deadwax-made-"));
  const { archive } = await initArchive(join(root, "archive"));
  const draft = await draftSnapshot(archive, "s-000000000001");
  mkdirSync(archive.layout.scratch, { recursive: true });
  const database = await Database.open({ threads: 1 });
  const segments: { [table in TableName]?: SegmentDescription[] } = {};
  const replaced: ReplacedDescription[] = [];
  for (const [generation, { rows, replaced: ids }] of generations.entries()) {
    for (const [table, list] of Object.entries(rows)) {
      if (!isTable(table)) throw new Error(table);
      const written = await writeSegments(database, {
        table,
        query: queryOf(table, list),
        folder: draft.folder,
        generation,
        rowsPerSegment: 3,
      });
      segments[table] = [...(segments[table] ?? []), ...written];
    }
    if (!ids) continue;
    const values = ids.map(([entity, id, no]) => `('${entity}', ${id}, ${no})`).join(", ");
    const query = `select * from (values ${values}) v(entity, id, no)`;
    replaced.push(await writeReplaced(database, { query, folder: draft.folder, generation }));
  }
  database.close();
  const snapshot = await draft.publish({
    format: SNAPSHOT_FORMAT,
    id: draft.id,
    builder: "test",
    program: "test",
    created: "2026-01-01T00:00:00Z",
    parent: null,
    accessions: [],
    synthetic: null,
    nextAlbumNo: 1000,
    nextArtistNo: 1000,
    tables: describeTables(segments),
    replaced,
    flagged: NOTHING_FLAGGED,
  });
  return { archive, snapshot, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** The packed form of a code that is known to be valid. */
export function packed(code: string): bigint {
  const number = packIsrc(code);
  if (!number.ok) throw new Error(number.reason);
  return number.value;
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(TABLES, name);
}

function queryOf(table: TableName, rows: readonly MadeRow[]): string {
  const columns = Object.entries(tableDefinition(table).columns);
  const selects = rows.map((row) => {
    const cells = columns.map(
      ([name, type]) => `${literal(row[name] ?? defaultOf(name))}::${type} as "${name}"`,
    );
    return `select ${cells.join(", ")}`;
  });
  return selects.join(" union all ");
}

function defaultOf(column: string): string | number | null {
  if (column === "accession") return "made";
  if (column === "title_source") return "tag";
  return column === "track_count" ? 1 : null;
}

function literal(value: MadeRow[string]): string {
  if (value === null) return "null";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return typeof value === "object" ? `[${value.join(", ")}]` : `${value}`;
}
