import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  type Archive,
  type Clock,
  Database,
  explainSystemError,
  FailedError,
  IntegrityError,
  parseJson,
  type Reporter,
  sqlText,
  systemClock,
  type TableRow,
  throwIfAborted,
} from "../core/index.ts";
import { trackIdToBigInt } from "../formats/identifiers/index.ts";
import { listAccessions } from "../sources/accession/accession.ts";
import {
  draftAccession,
  removeUnfinishedAccessions,
  writeAccessionTable,
} from "../sources/accession/write-accession.ts";
import { readChunks } from "./file-bytes.ts";
import type { IndexRow } from "./index-row.ts";
import { MEASURE_COLUMNS, MEASURES_QUERY, measureRow } from "./measure-row.ts";
import { readShardIndex } from "./shard-index.ts";
import { listShards, liveTracks, type ShardManifest, shardPaths } from "./shard-manifest.ts";
import { trackDocumentSchema } from "./track-document.ts";

/** There is one set of shards in an archive, and so one source of measures. */
const LABEL = "shards";
const SOURCE = `measures:${LABEL}`;
/** Changes when the same shards give other rows. */
const RULES = "measures/2";
/** The tags of a file and its measures; a document that is larger is none of ours. */
const MAX_DOCUMENT_BYTES = 1 << 24;

export interface AddMeasuresOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  /** Reads and checks the documents, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

export interface MeasuresSummary {
  readonly dryRun: boolean;
  readonly source: string;
  /** The accession that was written; null in a dry run, and when the same shards were read before. */
  readonly accession: string | null;
  readonly shards: number;
  readonly tracks: number;
  /** Of these, tracks of which only the loudness is known: packed without features, or before there were any. */
  readonly withoutFeatures: number;
  /** Of these, tracks with a loudness but no gating blocks, which no album's gain can take in: packed before they were kept. */
  readonly withoutBlocks: number;
}

/**
 * Takes what was measured while packing into the facts: one row for each track that the shards keep, read from its document
 * there. Throws `FailedError` when nothing is packed, and `IntegrityError` when a document is not what was sealed.
 */
export async function addMeasures(options: AddMeasuresOptions): Promise<MeasuresSummary> {
  const { archive, reporter, signal, dryRun = false, clock = systemClock } = options;
  const shards = await listShards(archive);
  if (shards.length === 0) {
    throw new FailedError("nothing is packed yet, so nothing is measured", {
      hint: "pack first: deadwax pack",
    });
  }
  if (!dryRun) await removeUnfinishedAccessions(archive);
  const former =
    (await listAccessions(archive)).filter(({ source }) => source.name === SOURCE).at(-1) ?? null;
  const input = inputOf(shards);
  const counted = { dryRun, source: SOURCE, shards: shards.length };
  if (former?.input?.sha256 === input.sha256) {
    const tracks = former.tables["measures.parquet"]?.rows ?? 0;
    const withoutBlocks = await withoutBlocksBefore(former.table("measures"));
    return { ...counted, accession: null, tracks, withoutFeatures: former.counts.rejected, withoutBlocks };
  }
  const started = clock.now();
  const draft = dryRun ? null : await draftAccession(archive, clock, signal);
  const database = await Database.open({ memoryLimit: "256MB", ...(draft && { spillFolder: draft.folder }) });
  const total = shards.reduce((sum, { tracks }) => sum + tracks.length, 0);
  const progress = reporter.progress("reading measures", "items", total);
  let withoutFeatures = 0;
  async function* rows(): AsyncGenerator<TableRow> {
    for await (const { trackId, document } of liveDocuments(archive, shards, signal)) {
      progress.advance(1);
      if (document.features === null) withoutFeatures += 1;
      yield measureRow(trackId, document);
    }
  }
  try {
    const tracks = await database.insert("measure", MEASURE_COLUMNS, rows());
    const withoutBlocks = await countWithoutBlocks(database, "measure");
    const told = { ...counted, tracks, withoutFeatures, withoutBlocks };
    if (draft === null) return { ...told, accession: null };
    const path = join(draft.folder, "measures.parquet");
    await writeAccessionTable(database, "measures", MEASURES_QUERY, path);
    const counts = {
      seen: tracks,
      added: tracks,
      changed: 0,
      unchanged: 0,
      gone: 0,
      audio: tracks - withoutFeatures,
      rejected: withoutFeatures,
      documents: 0,
    };
    const { id } = await draft.publish(
      {
        source: { kind: "measures", name: SOURCE, label: LABEL, root: archive.layout.shards },
        note: null,
        licence: null,
        previous: former?.id ?? null,
        input,
        counts,
        started,
      },
      { measures: tracks },
    );
    return { ...told, accession: id };
  } finally {
    progress.finish();
    database.close();
    await draft?.discard();
  }
}

async function withoutBlocksBefore(table: string | null): Promise<number> {
  if (table === null) return 0;
  const database = await Database.open({ threads: 1 });
  try {
    return await countWithoutBlocks(database, `read_parquet(${sqlText(table)})`);
  } finally {
    database.close();
  }
}

async function countWithoutBlocks(database: Database, table: string): Promise<number> {
  const [row] = await database.rows(
    `select count(*)::integer as tracks from ${table} where loudness_db is not null and block_counts is null`,
  );
  return z.number().parse(row?.tracks);
}

/** What the measures were read from: the shards, whose ids are digests of their bytes, by these rules. */
function inputOf(shards: readonly ShardManifest[]): { readonly sizeBytes: number; readonly sha256: string } {
  return {
    sizeBytes: shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    sha256: createHash("sha256")
      .update([RULES, ...shards.map(({ id }) => id)].map((line) => `${line}\n`).join(""))
      .digest("hex"),
  };
}

/** The documents of the tracks that the shards keep (all, or those in `wanted`), shard by shard; each is checked against its SHA-256. */
export async function* liveDocuments(
  archive: Archive,
  shards: readonly ShardManifest[],
  signal: AbortSignal | undefined,
  wanted?: ReadonlySet<string>,
) {
  const live = liveTracks(shards);
  for (const { id } of shards) {
    const { tar } = shardPaths(archive, id);
    const file = await open(tar).catch((error: unknown) => {
      throw explainSystemError(error, `reading "${tar}"`);
    });
    try {
      for await (const row of readShardIndex(archive, id)) {
        throwIfAborted(signal);
        if (live.get(row.trackId)?.shard !== id || wanted?.has(row.trackId) === false) continue;
        const trackId = trackIdToBigInt(row.trackId);
        if (!trackId.ok) throw new IntegrityError(`"${row.trackId}" in the index of ${id} is no track id`);
        yield { trackId: trackId.value, document: await readDocument(file, tar, row) };
      }
    } finally {
      await file.close();
    }
  }
}

async function readDocument(file: FileHandle, tar: string, row: IndexRow) {
  const damaged = (cause?: unknown): IntegrityError =>
    new IntegrityError(`the document of ${row.trackId} in "${tar}" is damaged`, {
      cause,
      hint: "restore the shard from a copy of the archive",
    });
  if (row.jsonSizeBytes > MAX_DOCUMENT_BYTES) throw damaged();
  const start = row.jsonOffsetBytes;
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(file, start, start + row.jsonSizeBytes))
    chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  if (createHash("sha256").update(bytes).digest("hex") !== row.jsonSha256) throw damaged();
  const json = parseJson(bytes, MAX_DOCUMENT_BYTES);
  const document = json.ok ? trackDocumentSchema.safeParse(json.value) : null;
  if (!document?.success) throw damaged(document?.error);
  return document.data;
}
