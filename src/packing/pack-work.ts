import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { dispositionsQuery, type GateSide, type Plan, type Tier } from "../selection/index.ts";
import { isPermanent, type QuarantinedTrack } from "./quarantine.ts";
import type { ShardManifest } from "./shard-manifest.ts";

/** A track that the plan keeps, as far as packing has to know it before its turn comes. */
export interface PlannedTrack {
  readonly id: bigint;
  /** 13 characters. */
  readonly trackId: string;
  readonly disposition: Tier;
  readonly gate: GateSide;
  /** The accession of the file that is held. */
  readonly accession: string;
  /** Of a shard, as the plan estimated it. */
  readonly estimatedBytes: number;
  /** Of the file that is held. */
  readonly sourceBytes: number;
}

/** What a plan leaves to be done, given what is sealed already. */
export interface PackWork {
  /** Tracks to pack, in pack order. */
  readonly open: readonly PlannedTrack[];
  readonly dark: readonly PlannedTrack[];
  /** Tracks that are in a sealed shard as the plan wants them. */
  readonly sealedTracks: number;
  /** Ids of the tracks to pack that are sealed in another way than the plan wants: those entries become superseded. */
  readonly anew: readonly string[];
  /** Tracks known to be damaged, which are not tried again. */
  readonly damaged: readonly QuarantinedTrack[];
}

const wholeNumber = z.union([z.bigint(), z.int()]).transform(Number);

const rowSchema = z.object({
  track_id: z.bigint(),
  disposition: z.enum(["original", "access-copy"]),
  gate: z.enum(["open", "dark"]),
  accession: z.string(),
  bytes_estimated: wholeNumber,
  size_bytes: wholeNumber,
});

/** The tracks that the plan keeps, from a database that `openSnapshot` has opened; open ones first, in pack order. */
export async function readPlannedTracks(database: Database, plan: Plan): Promise<PlannedTrack[]> {
  const query = await readFile(new URL("planned-tracks.sql", import.meta.url), "utf8");
  await database.run(`create or replace view disposition as ${dispositionsQuery(plan)}`);
  const tracks: PlannedTrack[] = [];
  for await (const cells of database.stream(query)) {
    const row = rowSchema.parse(cells);
    tracks.push({
      id: row.track_id,
      trackId: trackIdFromBigInt(row.track_id),
      disposition: row.disposition,
      gate: row.gate,
      accession: row.accession,
      estimatedBytes: row.bytes_estimated,
      sourceBytes: row.size_bytes,
    });
  }
  return tracks;
}

/** Pure: what of the plan is still to be packed. */
export function remainingWork(
  planned: readonly PlannedTrack[],
  shards: readonly ShardManifest[],
  quarantine: ReadonlyMap<string, QuarantinedTrack>,
): PackWork {
  const sealed = new Map<string, { readonly accession: string; readonly disposition: string }[]>();
  for (const { tracks } of shards) {
    for (const { track_id, accession, disposition } of tracks) {
      sealed.set(track_id, [...(sealed.get(track_id) ?? []), { accession, disposition }]);
    }
  }
  const work = { open: [] as PlannedTrack[], dark: [] as PlannedTrack[] };
  const damaged: QuarantinedTrack[] = [];
  let sealedTracks = 0;
  const anew: string[] = [];
  for (const track of planned) {
    const entries = sealed.get(track.trackId) ?? [];
    const asPlanned = entries.some(
      ({ accession, disposition }) => accession === track.accession && disposition === track.disposition,
    );
    if (asPlanned) {
      sealedTracks += 1;
      continue;
    }
    const quarantined = quarantine.get(track.trackId);
    if (quarantined && isPermanent(quarantined.reason) && quarantined.accession === track.accession) {
      damaged.push(quarantined);
      continue;
    }
    if (entries.length > 0) anew.push(track.trackId);
    work[track.gate].push(track);
  }
  return { ...work, sealedTracks, anew, damaged };
}
