import { join } from "node:path";
import type { Archive } from "../core/index.ts";
import type { AnnouncedTorrent } from "./announcement.ts";
import type { ReleasePlan, ShardAction } from "./plan-release.ts";
import type { Tally } from "./release-draft.ts";

export interface ReleaseSummary {
  /** False for a dry run, and when the latest release says the same already. */
  readonly created: boolean;
  /** True when the latest release, which `name` then names, has the same content. */
  readonly upToDate: boolean;
  readonly name: string;
  readonly folder: string;
  readonly previous: string | null;
  readonly tracks: { readonly released: number; readonly metadataOnly: number; readonly withheld: number };
  readonly licences: readonly Tally[];
  readonly withheldReasons: readonly Tally[];
  /** The first withheld tracks; all of them are in the track table. */
  readonly withheld: readonly { readonly trackId: string; readonly reason: string }[];
  readonly shards: { readonly whole: number; readonly rewritten: number; readonly leftOut: number };
  readonly linkedBytes: number;
  readonly writtenBytes: number;
  /** Of the whole bag; null for a dry run. */
  readonly sizeBytes: number | null;
  readonly releaseSha256: string | null;
  readonly torrents: readonly AnnouncedTorrent[];
  /** Releases that an interrupted run left behind and that this one published. */
  readonly finished: readonly string[];
}

/** What is known before anything is written. */
export function plannedSummary(
  archive: Archive,
  plan: ReleasePlan,
): Omit<ReleaseSummary, "withheld" | "finished"> {
  const count = (action: ShardAction) => plan.shards.filter((shard) => shard.action === action).length;
  return {
    created: false,
    upToDate: false,
    name: plan.name,
    folder: join(archive.layout.releases, plan.name),
    previous: plan.previous?.name ?? null,
    tracks: plan.tracks,
    licences: plan.licences,
    withheldReasons: plan.withheldReasons,
    shards: { whole: count("whole"), rewritten: count("rewritten"), leftOut: count("left-out") },
    linkedBytes: 0,
    writtenBytes: 0,
    sizeBytes: null,
    releaseSha256: null,
    torrents: [],
  };
}
