import { type Archive, FailedError, IntegrityError, RightsRefusedError, UsageError } from "../core/index.ts";
import type { ShardManifest } from "../packing/shard-manifest.ts";
import { type ListedRelease, latestRelease, type ReleaseListing } from "./list-releases.ts";
import type { ReleaseDraft, Tally } from "./release-draft.ts";
import { defaultReleaseName, requireReleaseName } from "./release-name.ts";

/** What becomes of a shard: its own bytes, a new shard with the tracks that may go out, or nothing. */
export type ShardAction = "whole" | "rewritten" | "left-out";

export interface PlannedShard {
  readonly shard: ShardManifest;
  readonly action: ShardAction;
  readonly releasedTracks: number;
}

/** Everything that a release will be, before a byte of it is written. */
export interface ReleasePlan {
  readonly name: string;
  readonly previous: { readonly name: string; readonly sha256: string } | null;
  readonly pieceLengthBytes: number;
  readonly shards: readonly PlannedShard[];
  readonly tracks: { readonly released: number; readonly metadataOnly: number; readonly withheld: number };
  readonly licences: readonly Tally[];
  readonly withheldReasons: readonly Tally[];
  readonly contentSha256: string;
  /** The latest release, when it says exactly the same of the same tracks: nothing has to be made. */
  readonly sameAs: ListedRelease | null;
}

export interface PlanInputs {
  readonly archive: Archive;
  readonly draft: ReleaseDraft;
  readonly shards: readonly ShardManifest[];
  readonly listing: ReleaseListing;
  readonly now: Date;
  /** Chosen by the person; null for the name of the day. */
  readonly name: string | null;
  /** `contentSha256` of the latest release; null when there is none. */
  readonly latestContent: string | null;
  /** Whether shards are held back for a later release: one without any sound may then be made. */
  readonly isGradual: boolean;
}

/**
 * Decides what a release is made of. Writes nothing. Throws `UsageError` for a name that is taken or is none,
 * `RightsRefusedError` when the gate lets no track out, `IntegrityError` when the releases before cannot be read.
 */
export async function planRelease(inputs: PlanInputs): Promise<ReleasePlan> {
  const { archive, draft, listing } = inputs;
  const { pieceLengthBytes } = archive.config.policy.packing;
  requireReadableChain(listing);
  const tracks = await draft.countStates();
  const withheldReasons = await draft.countWithheldReasons();
  const isMetadataOnly = inputs.isGradual && tracks.released === 0 && tracks.metadataOnly > 0;
  if (tracks.released === 0 && !isMetadataOnly) throw nothingToRelease(tracks.withheld, withheldReasons);
  const latest = latestRelease(listing);
  const contentSha256 = await draft.contentSha256();
  const sameAs = latest && inputs.latestContent === contentSha256 ? latest : null;
  const released = await draft.countReleasedByShard();
  return {
    name: chooseName(inputs, sameAs),
    previous: latest && { name: latest.name, sha256: latest.announcement.releaseSha256 },
    pieceLengthBytes,
    shards: inputs.shards.map((shard, index) =>
      // A bag needs a payload: one without sound holds the first shard with nothing left in it.
      isMetadataOnly && index === 0
        ? { shard, action: "rewritten", releasedTracks: 0 }
        : planShard(shard, released.get(shard.id) ?? 0, pieceLengthBytes),
    ),
    tracks,
    licences: await draft.countLicences(),
    withheldReasons,
    contentSha256,
    sameAs,
  };
}

function planShard(shard: ShardManifest, releasedTracks: number, pieceLengthBytes: number): PlannedShard {
  const isWhole = releasedTracks === shard.tracks.length && shard.pieceLengthBytes === pieceLengthBytes;
  const action = releasedTracks === 0 ? "left-out" : isWhole ? "whole" : "rewritten";
  return { shard, action, releasedTracks };
}

function chooseName({ name, now, listing }: PlanInputs, sameAs: ListedRelease | null): string {
  if (sameAs) return sameAs.name;
  const taken = new Set([
    ...listing.releases.map((release) => release.name),
    ...listing.broken.map((release) => release.name),
    ...listing.unannounced,
  ]);
  if (name === null) return defaultReleaseName(now, (candidate) => taken.has(candidate));
  requireReleaseName(name);
  if (!taken.has(name)) return name;
  throw new UsageError(`there is a release "${name}" already`, {
    hint: "a release is never changed once it is out: choose another name",
  });
}

function requireReadableChain({ broken }: ReleaseListing): void {
  const [first] = broken;
  if (first === undefined) return;
  throw new IntegrityError(`"${first.name}.json" in the releases cannot be read: ${first.reason}`, {
    hint: "the next release has to name the one before: restore that file from a copy, or move it away with its folder",
  });
}

const SHOWN_REASONS = 5;

function nothingToRelease(withheld: number, reasons: readonly Tally[]): FailedError | RightsRefusedError {
  if (withheld === 0) {
    return new FailedError("no track of the plan is packed", { hint: "pack them: deadwax pack" });
  }
  const shown = reasons.slice(0, SHOWN_REASONS).map(({ name, tracks }) => `${name} (${tracks})`);
  const more = reasons.length > SHOWN_REASONS ? `, and ${reasons.length - SHOWN_REASONS} other reasons` : "";
  return new RightsRefusedError(`none of ${withheld} tracks may be released: ${shown.join(", ")}${more}`, {
    hint: "see why: deadwax rights report; record a right that you hold: deadwax rights declare",
  });
}
