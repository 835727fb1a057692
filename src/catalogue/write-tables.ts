import { z } from "zod";
import type { Database } from "../core/index.ts";
import { describeSegment } from "./store/describe-segment.ts";
import type { SegmentDescription } from "./store/snapshot-document.ts";
import { TABLE_NAMES, type TableName } from "./store/tables.ts";
import { segmentFiles } from "./store/write-segments.ts";

export interface WriteTablesOptions {
  /** The folder of the snapshot that is put together. */
  readonly folder: string;
  readonly generation: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStep: (what: string) => void;
  /** What else is to be done once all rows are written, while their statistics are made. */
  readonly meanwhile?: () => Promise<void>;
  /** Whether the rows of a table are likely to fill no more than one segment. */
  readonly areFew?: boolean;
  /** The rows of a table; unless told those of the view `physical_<table>`. Null leaves the table out. */
  readonly queryOf?: (table: TableName) => string | null;
}

export interface WrittenTables {
  readonly segments: { readonly [table in TableName]?: readonly SegmentDescription[] };
  readonly nextArtistNo: number;
  readonly nextAlbumNo: number;
}

/** Segments that are written and not yet described. */
const MAX_WAITING = 4;

const nextRow = z.object({ next_artist_no: z.int().positive(), next_album_no: z.int().positive() });

/** Writes the views `physical_<table>` (see `physical.sql`) as one generation of segments. */
export async function writeTables(
  database: Database,
  { folder, generation, signal, onStep, meanwhile, queryOf, areFew = false }: WriteTablesOptions,
): Promise<WrittenTables> {
  const segments: { [table in TableName]?: SegmentDescription[] } = {};
  const beside = await database.connect();
  // Statistics keep this thread busy, the rows of the next segments those of the database: some segments may wait for theirs.
  const waiting: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  try {
    for (const table of TABLE_NAMES) {
      const query = queryOf ? queryOf(table) : `select * from physical_${table}`;
      if (query === null) continue;
      const list: SegmentDescription[] = [];
      segments[table] = list;
      const options = { table, query, folder, generation, areFew, signal };
      for await (const file of segmentFiles(database, options)) {
        last = last.then(async () => {
          list.push(await describeSegment(beside, { table, folder, file, generation }));
        });
        // Whoever waits for it is told.
        last.catch(() => {});
        waiting.push(last);
        if (waiting.length > MAX_WAITING) await waiting.shift();
      }
      onStep(table);
    }
    await meanwhile?.();
    await last;
  } finally {
    await last.catch(() => {});
    beside.close();
  }
  const [next] = await database.rows(
    `select
       greatest((select artist_no from next_number), (select max(artist_no) + 1 from artist_number))::integer as next_artist_no,
       greatest((select album_no from next_number), (select max(album_no) + 1 from album_number))::integer as next_album_no`,
  );
  const { next_artist_no, next_album_no } = nextRow.parse(next);
  return { segments, nextArtistNo: next_artist_no, nextAlbumNo: next_album_no };
}
