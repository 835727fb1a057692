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

const LARGEST: TableName = "track";

/** Segments that are written and not yet described. */
const MAX_WAITING = 4;

const nextRow = z.object({ next_artist_no: z.int().positive(), next_album_no: z.int().positive() });

/** Writes the views `physical_<table>` (see `physical.sql`) as one generation of segments. */
export async function writeTables(
  database: Database,
  { folder, generation, signal, onStep, meanwhile, queryOf, areFew = false }: WriteTablesOptions,
): Promise<WrittenTables> {
  const segments: { [table in TableName]?: SegmentDescription[] } = {};
  const left = TABLE_NAMES.filter((table) => table !== LARGEST);
  const beside = await database.connect();
  // Of small tables two are written at a time: each has moments in which one thread works alone.
  const lanes = areFew ? [database, await database.connect()] : [database];
  // Statistics keep this thread busy, the rows of the next segments those of the database: some segments may wait for theirs.
  const waiting: Promise<void>[] = [];
  let described: Promise<void> = Promise.resolve();
  const write = async (table: TableName, lane: Database): Promise<void> => {
    const query = queryOf ? queryOf(table) : `select * from physical_${table}`;
    if (query === null) return;
    const list: SegmentDescription[] = [];
    segments[table] = list;
    const from = { table, folder, generation };
    for await (const file of segmentFiles(lane, { ...from, query, areFew, signal })) {
      described = described.then(async () => {
        list.push(await describeSegment(beside, { ...from, file }));
      });
      // Whoever waits for it is told.
      described.catch(() => {});
      waiting.push(described);
      if (waiting.length > MAX_WAITING) await waiting.shift();
    }
    onStep(table);
  };
  try {
    // The largest table is the first, and alone: its statistics take longest, and are made beside all others.
    await write(LARGEST, database);
    const ended = await Promise.allSettled(
      lanes.map(async (lane) => {
        try {
          for (let table = left.shift(); table !== undefined; table = left.shift()) await write(table, lane);
        } finally {
          // When one lane has failed, the other begins nothing more.
          left.length = 0;
        }
      }),
    );
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    await meanwhile?.();
    await described;
  } finally {
    await described.catch(() => {});
    for (const connection of [...lanes.slice(1), beside]) connection.close();
  }
  const [next] = await database.rows(
    `select
       greatest((select artist_no from next_number), (select max(artist_no) + 1 from artist_number))::integer as next_artist_no,
       greatest((select album_no from next_number), (select max(album_no) + 1 from album_number))::integer as next_album_no`,
  );
  const { next_artist_no, next_album_no } = nextRow.parse(next);
  return { segments, nextArtistNo: next_artist_no, nextAlbumNo: next_album_no };
}
