import { join } from "node:path";
import { FILES_FOR_A_THREAD } from "../catalogue/aggregates/read-numbers.ts";
import { openSnapshot, type Snapshot } from "../catalogue/index.ts";
import { type Database, programBeside, runThread, sqlTextList } from "../core/index.ts";
import type { SecondsByType } from "./figures/minute-peaks.ts";
import { createPackedTypes, type PackedTypes, putType, typeReader } from "./packed-types.ts";
import { MAX_SECONDS, type SecondsQuestion, secondsAnswer, tallySeconds } from "./seconds-tally.ts";

/** One byte an album at most: this bounds the table of their types. */
const MAX_ALBUM_NO = 200_000_000;
/** Types beyond the most frequent ones are not told apart from none. */
const MAX_TYPES = 100;
const MEMORY_LIMIT = "250MB";

/**
 * What `SECONDS_BY_TYPE_SQL` gives, without a join: the type of each album stands at its number in a small table, in
 * which the tracks that stream by look theirs up. Null when numbers of albums are too high for that.
 */
export async function countSecondsByType(
  snapshot: Snapshot,
  signal?: AbortSignal,
): Promise<SecondsByType | null> {
  const database = await openSnapshot(snapshot, { memoryLimit: MEMORY_LIMIT });
  try {
    const [last] = await database.rows("select max(album_no) as no from segment_album");
    const maxAlbumNo = Number(last?.no ?? 0);
    if (maxAlbumNo > MAX_ALBUM_NO) return null;
    const types = await frequentTypes(database);
    const typeOfAlbum = await readTypes(database, types, maxAlbumNo);
    const counts =
      (await countInFiles(snapshot, typeOfAlbum, types.length, signal)) ??
      (await countTracks(database, typeOfAlbum, types.length));
    const listed = types.map((type, at) => [type, secondCounts(counts[at] ?? new Uint32Array())] as const);
    return new Map(listed.filter(([, list]) => list.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    database.close();
  }
}

async function frequentTypes(database: Database): Promise<readonly string[]> {
  const rows = await database.rows(
    `select album_type from segment_album where album_type is not null group by all order by count(*) desc, album_type limit ${MAX_TYPES}`,
  );
  return rows.map(({ album_type }) => String(album_type));
}

/** At the number of each album the position of its type, from 1; 0: none. */
async function readTypes(
  database: Database,
  types: readonly string[],
  maxAlbumNo: number,
): Promise<PackedTypes> {
  const typeOfAlbum = createPackedTypes(maxAlbumNo + 1, types.length);
  if (types.length === 0) return typeOfAlbum;
  const query = `select (album_no::ubigint << 8) | type from (
    select album_no, list_position(${sqlTextList(types)}, album_type)::ubigint as type from segment_album
  ) where album_no is not null and type is not null`;
  for await (const chunk of database.chunks(query)) {
    const pairs = halvesOf(chunk.bigUints(0));
    for (let at = 0; at < pairs.length; at += 2) {
      const [low, high] = [pairs[at] ?? 0, pairs[at + 1] ?? 0];
      putType(typeOfAlbum, high * 2 ** 24 + (low >>> 8), low & 0xff);
    }
  }
  return typeOfAlbum;
}

const THREADS = 2;

/** From the files, half of them in each thread; null where they are not all the tracks, or not as they are read there. */
async function countInFiles(
  snapshot: Snapshot,
  typeOfAlbum: PackedTypes,
  types: number,
  signal?: AbortSignal,
): Promise<readonly Uint32Array[] | null> {
  if (snapshot.replaced.length > 0) return null;
  const paths = snapshot.tables.track.segments.map(({ file }) => join(snapshot.folder, file));
  const parts = Array.from({ length: THREADS }, (_, thread) => ({
    paths: paths.filter((__, at) => at % THREADS === thread),
    typeOfAlbum,
    types,
  }));
  const [first, ...rest] = await Promise.all(parts.map((part) => countPart(part, signal)));
  if (!first || rest.some((one) => one === null)) return null;
  return first.map((counts, type) =>
    counts.map((tracks, seconds) => rest.reduce((sum, one) => sum + (one?.[type]?.[seconds] ?? 0), tracks)),
  );
}

async function countPart(
  question: SecondsQuestion,
  signal?: AbortSignal,
): Promise<readonly Uint32Array[] | null> {
  if (question.paths.length < FILES_FOR_A_THREAD) return await tallySeconds(question);
  const entry = programBeside("./seconds-thread", import.meta.url);
  return secondsAnswer.parse(await runThread(entry, question, signal));
}

async function countTracks(
  database: Database,
  typeOfAlbum: PackedTypes,
  types: number,
): Promise<readonly Uint32Array[]> {
  const counts = Array.from({ length: types }, () => new Uint32Array(MAX_SECONDS + 1));
  const typeOf = typeReader(typeOfAlbum);
  const query = `select (album_no::ubigint << 32) | ((duration_ms::ubigint + 500) // 1000) from segment_track
    where album_no is not null and duration_ms < ${MAX_SECONDS * 1000}`;
  for await (const chunk of database.chunks(query)) {
    const pairs = halvesOf(chunk.bigUints(0));
    for (let at = 0; at < pairs.length; at += 2) {
      const ofType = counts[typeOf(pairs[at + 1] ?? 0) - 1];
      const seconds = pairs[at] ?? 0;
      if (ofType) ofType[seconds] = (ofType[seconds] ?? 0) + 1;
    }
  }
  return counts;
}

/** Low and high half of each number by turns, on processors that put the low one first: all that Node.js runs on. */
function halvesOf(numbers: BigUint64Array): Uint32Array {
  return new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
}

function secondCounts(counts: Uint32Array): { readonly seconds: number; readonly tracks: number }[] {
  return [...counts].flatMap((tracks, seconds) => (tracks > 0 ? [{ seconds, tracks }] : []));
}
