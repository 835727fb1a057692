import { createChildPool } from "../core/child-pool.ts";
import { FailedError } from "../core/errors.ts";
import { programBeside } from "../core/run-thread.ts";
import { type TableAnswer, type TableJob, type TableSummary, tableAnswerSchema } from "./table-reader-job.ts";
import { parseReleasedTrack, type ReleasedTrack } from "./track-table.ts";

/** Most tracks in one shard that are looked at: a shard of the default size has about 300. */
const MAX_TRACKS_PER_SHARD = 200_000;
const TIMEOUT_MS = 600_000;

export type TableResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** Reads track tables that anybody may have made, in a child process of its own. Close it after use. */
export interface TableReader {
  summary(path: string): Promise<TableResult<TableSummary>>;
  /** The released tracks of one shard, by their place in it. */
  tracksOfShard(path: string, shard: string): Promise<TableResult<readonly ReleasedTrack[]>>;
  /** The released tracks that have this id, this ISRC, or all of these words, at most `limit` of them. */
  find(path: string, wanted: TrackQuery, limit: number): Promise<TableResult<readonly ReleasedTrack[]>>;
  close(): Promise<void>;
}

export interface TrackQuery {
  readonly trackId: bigint | null;
  readonly isrc: string | null;
  /** Parts of title, artist or album, in any case and without accents; none: nothing is looked for by words. */
  readonly words?: readonly string[];
}

export function createTableReader(signal?: AbortSignal): TableReader {
  const pool = createChildPool<TableJob, TableAnswer>({
    entry: programBeside("./table-reader-child", import.meta.url),
    workers: 1,
    parseResult: (message) => tableAnswerSchema.parse(message),
    crashResult: (_job, reason) => ({ kind: "refused", reason: `the reader ${reason} on it` }),
    timeoutMs: () => TIMEOUT_MS,
    signal,
  });
  return {
    async summary(path) {
      const answer = await pool.run({ kind: "summary", path });
      if (answer.kind === "summary") return { ok: true, value: answer };
      return { ok: false, reason: refusal(answer) };
    },
    async tracksOfShard(path, shard) {
      const answer = await pool.run({ kind: "shard", path, shard, maxRows: MAX_TRACKS_PER_SHARD });
      if (answer.kind !== "rows") return { ok: false, reason: refusal(answer) };
      if (answer.rows.length > MAX_TRACKS_PER_SHARD) {
        return { ok: false, reason: `more than ${MAX_TRACKS_PER_SHARD} tracks in one shard` };
      }
      return parseRows(answer.rows);
    },
    async find(path, { trackId, isrc, words = [] }, limit) {
      const answer = await pool.run({ kind: "find", path, trackId, isrc, words: [...words], maxRows: limit });
      return answer.kind === "rows" ? parseRows(answer.rows) : { ok: false, reason: refusal(answer) };
    },
    close: () => pool.close(),
  };
}

function parseRows(rows: readonly Record<string, unknown>[]): TableResult<readonly ReleasedTrack[]> {
  const tracks: ReleasedTrack[] = [];
  for (const row of rows) {
    const parsed = parseReleasedTrack(row);
    if (!parsed.ok) return parsed;
    tracks.push(parsed.track);
  }
  return { ok: true, value: tracks };
}

function refusal(answer: TableAnswer): string {
  if (answer.kind === "refused") return answer.reason;
  throw new FailedError("the reader of the track table answered another question");
}
