import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Archive, Database, FailedError, IntegrityError, sqlTextList } from "../core/index.ts";
import { parseIndexTableRow } from "../packing/index-row.ts";
import { listShards, liveTracks, type ShardManifest, shardPaths } from "../packing/shard-manifest.ts";
import { requireSealedTar } from "./sealed-shard.ts";
import { MAX_MATCHES, parseTrackQuery, requireOne, type StoredTrack } from "./stored-track.ts";

/** Finds where an archive stores a track. Throws `UsageError` when it is not stored, or several are meant. */
export async function findInArchive(archive: Archive, query: string): Promise<StoredTrack> {
  const { trackId, isrc } = parseTrackQuery(query);
  const shards = await listShards(archive);
  if (shards.length === 0)
    throw new FailedError("nothing is packed yet", { hint: "pack the plan: deadwax pack" });
  const live = liveTracks(shards);
  const database = await Database.open();
  const matches: StoredTrack[] = [];
  try {
    const files = sqlTextList(shards.map(({ id }) => shardPaths(archive, id).index));
    const rows = await database.rows(
      `select * from read_parquet(${files}, hive_partitioning = false)
       where track_id = $trackId::ubigint or list_contains(isrc, $isrc)`,
      { trackId: trackId === null ? null : String(trackId), isrc },
    );
    for (const cells of rows) {
      const parsed = parseIndexTableRow(cells);
      // A track that was packed again left its older entry behind.
      if (!parsed || live.get(parsed.row.trackId)?.shard !== parsed.shard) continue;
      matches.push({ row: parsed.row, path: shardPaths(archive, parsed.shard).tar });
    }
  } finally {
    database.close();
  }
  matches.sort((a, b) => (a.row.trackId < b.row.trackId ? -1 : 1));
  const found = requireOne(matches.slice(0, MAX_MATCHES), query, "the archive");
  const shard = shards.find(({ id }) => shardPaths(archive, id).tar === found.path);
  if (shard) await requireSealed(archive, shard);
  return found;
}

/** The index is what the manifest says it is, and the tar is there. */
async function requireSealed(archive: Archive, shard: ShardManifest): Promise<void> {
  const path = shardPaths(archive, shard.id).index;
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (sha256 !== shard.index.sha256) {
    throw new IntegrityError(`"${path}" is not the index that was sealed`, {
      hint: "restore the file from a copy of the archive",
    });
  }
  await requireSealedTar(archive, shard);
}
