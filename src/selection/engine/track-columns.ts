import { ColumnMemory, type NumberColumns, throwIfAborted } from "../../core/index.ts";
import type { TrackRange } from "./planning-catalogue.ts";
import type { PlanningSession } from "./planning-session.ts";
import type { TrackViews } from "./track-views.ts";

/** The bits of a track's traits; see `asked.sql`. */
export const WANTS_ORIGINAL = 1;
export const IS_UNCOUNTED = 2;
export const IS_HELD = 4;
export const IS_ORIGINAL_OPEN = 8;
export const IS_COPY_OPEN = 16;

export type Numbers = Float32Array | Float64Array;

/** The tracks of a stretch in the order of their ids, by column. */
export interface TrackColumns {
  readonly trackIds: BigUint64Array<ArrayBuffer>;
  /** How long an assumed file is, in milliseconds. */
  readonly assumedMs: Uint32Array;
  /** Expected listens. */
  readonly values: Numbers;
  readonly traits: Uint8Array;
  readonly marks: Uint8Array;
  /** Blocks of 512 bytes of held files; NaN: there is none. Null where nothing is held. */
  readonly held: { readonly originals: Numbers; readonly copies: Numbers } | null;
  /** What only the rule `published` asks for. */
  readonly ranks: { readonly priorities: Numbers; readonly popularities: Float32Array } | null;
}

/** The tracks of one stretch. */
export async function readStretch(session: PlanningSession, range: TrackRange): Promise<TrackColumns> {
  const views = await session.openViews();
  try {
    return await readTracks(views, range, session, new ColumnMemory());
  } finally {
    views.close();
  }
}

async function readTracks(
  views: TrackViews,
  range: TrackRange,
  session: PlanningSession,
  memory: ColumnMemory,
): Promise<TrackColumns> {
  await views.useRange(range);
  const kept = session.kept.get(range);
  const columns = await readColumns(views, memory, kept === null);
  const trackIds = columns.bigUints("track_id");
  const marks = session.marks.of(range, trackIds);
  if (kept) return { trackIds, marks, ...kept };
  const read = {
    assumedMs: columns.uints("assumed_ms"),
    values: columns.doubles("value"),
    traits: columns.bytes("traits"),
    held: views.hasHeld
      ? { originals: columns.doubles("original_blocks"), copies: columns.doubles("copy_blocks") }
      : null,
    ranks: views.isPublished
      ? { priorities: columns.doubles("priority"), popularities: columns.floats("popularity") }
      : null,
  };
  session.kept.keep(range, read);
  return { trackIds, marks, ...read };
}

/** All columns, or only the ids, in the same order. */
async function readColumns(
  { database, hasHeld, isPublished }: TrackViews,
  memory: ColumnMemory,
  all: boolean,
): Promise<NumberColumns> {
  const names = [
    "track_id",
    ...(all ? ["assumed_ms", "value", "traits"] : []),
    ...(all && hasHeld ? ["original_blocks", "copy_blocks"] : []),
    ...(all && isPublished ? ["priority", "popularity"] : []),
  ];
  if (!hasHeld) return await database.numbers("from asked", names, memory);
  // A join with what is held leaves the rows in no order.
  await database.run(
    `create or replace temp table sorted as select ${names.join(", ")} from asked order by track_id`,
  );
  return await database.numbers("from sorted", names, memory);
}

/** Rows that are worked on at once: what is made of them stays in the processor's caches. */
export const BLOCK_ROWS = 16_384;

/** The tracks of a stretch in blocks, which are views of its columns. */
export function* blocksOf(tracks: TrackColumns): Generator<TrackColumns> {
  const { trackIds, assumedMs, values, traits, marks, held, ranks } = tracks;
  for (let from = 0; from < trackIds.length; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, trackIds.length);
    yield {
      trackIds: trackIds.subarray(from, to),
      assumedMs: assumedMs.subarray(from, to),
      values: values.subarray(from, to),
      traits: traits.subarray(from, to),
      marks: marks.subarray(from, to),
      held: held && {
        originals: held.originals.subarray(from, to),
        copies: held.copies.subarray(from, to),
      },
      ranks: ranks && {
        priorities: ranks.priorities.subarray(from, to),
        popularities: ranks.popularities.subarray(from, to),
      },
    };
  }
}

/** Stretches that are read while another is worked on: two readers and the one who works keep two cores busy. */
const READERS = 2;

/** One stretch after the other, from the one numbered `first` on; its columns are good until the next one is asked for. */
export async function* eachStretch(
  session: PlanningSession,
  signal?: AbortSignal,
  first = 0,
): AsyncGenerator<{ readonly at: number; readonly tracks: TrackColumns }> {
  const { ranges } = session.catalogue;
  const readers: TrackViews[] = [];
  const reading: Promise<TrackColumns>[] = [];
  const memories = Array.from({ length: READERS + 1 }, () => new ColumnMemory());
  const read = (at: number, views: TrackViews): void => {
    const range = ranges[at];
    const memory = memories[at % memories.length];
    if (!range || !memory) return;
    const tracks = readTracks(views, range, session, memory);
    // Whoever waits for it is told; until then it is not an error that nobody hears of.
    tracks.catch(() => {});
    reading.push(tracks);
  };
  try {
    for (let at = first; at < Math.min(first + READERS, ranges.length); at += 1) {
      const views = await session.openViews();
      readers.push(views);
      read(at, views);
    }
    for (let at = first; ; at += 1) {
      const next = reading.shift();
      const views = readers[(at - first) % READERS];
      if (!next || !views) return;
      throwIfAborted(signal);
      const tracks = await next;
      read(at + READERS, views);
      yield { at, tracks };
    }
  } finally {
    // Nothing may read on once the caller has what it wants.
    await Promise.allSettled(reading);
    for (const views of readers) views.close();
  }
}
