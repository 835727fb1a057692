import type { Policy } from "../core/index.ts";
import { floorTracks, tracksByArtist } from "./artist-floors.ts";
import type { Disposition, GateSide, Reason, Tier } from "./disposition.ts";
import { duplicateTracks, type ValuedTrack } from "./duplicates.ts";
import { expectedListens, rarityFactor } from "./listen-value.ts";
import {
  type Candidate,
  type Choice,
  type CurvePoint,
  marginalCurve,
  orderSteps,
  type Selection,
  type StepWalk,
  walkWithinBudget,
} from "./optimiser.ts";
import type { SelectionTrack } from "./selection-track.ts";
import { estimateShards, type ShardEstimate } from "./shard-estimate.ts";
import type { DurationBasis } from "./size-estimate.ts";
import { offersFor, type TrackOffers } from "./track-offers.ts";

const CURVE_POINTS = 10;
/** Most steps of the search for the bytes that tracks may take, so that whole shards fit. */
const BUDGET_SEARCH_STEPS = 16;
/** Every track takes a multiple of this. */
const TAR_BLOCK_BYTES = 512;

/** What is decided for a track, and why. */
export interface Decision {
  readonly trackId: bigint;
  readonly disposition: Disposition;
  readonly reason: Reason;
  /** The side of the gate that what is kept is on; of the original when nothing is. */
  readonly gate: GateSide;
  /** Bytes in a shard, tar blocks and JSON included; 0 for metadata only. */
  readonly estimatedBytes: number;
  /** The same for either tier; null where the track has no such tier. */
  readonly originalBytes: number | null;
  readonly accessCopyBytes: number | null;
  /** Expected listens, rarity counted in, were it kept as the original. */
  readonly value: number;
  readonly durationMs: number | null;
  readonly durationBasis: DurationBasis | null;
}

export interface Decisions {
  /** One for each track, in the order they came. */
  readonly decisions: readonly Decision[];
  readonly shards: ShardEstimate;
  /** Value of what is kept, and of everything kept at the best tier that the policy offers. */
  readonly keptValue: number;
  readonly wholeValue: number;
  readonly curve: readonly CurvePoint[];
}

/** Decides for every track. The sealed shards of the plan are estimated to take at most `budgetBytes` (null: no limit). */
export function decideTracks(
  tracks: readonly SelectionTrack[],
  policy: Policy,
  budgetBytes: number | null,
): Decisions {
  const valued = valueTracks(tracks, policy);
  const duplicates = policy.selection.duplicates === "isrc" ? duplicateTracks(valued) : new Set<bigint>();
  const competing = valued.filter(({ track }) => track.audio !== null && !duplicates.has(track.trackId));
  const floor = floorTracks(competing, policy.selection.tracksPerArtistFloor);
  const offers = valued.map(({ track, value }) => offersFor(track, value, policy));
  const candidates = valued.map(
    ({ track }, index): Candidate<Tier> => ({
      trackId: track.trackId,
      offers: duplicates.has(track.trackId) ? [] : (offers[index]?.offers ?? []),
      isFloor: budgetBytes !== null && floor.has(track.trackId),
    }),
  );
  const walk = orderSteps(candidates);
  const measure = shardMeter(tracks, offers, policy);
  const selection = selectWithinShards(walk, budgetBytes, measure);
  return {
    decisions: valued.map((entry, index) =>
      decisionFor(entry, offers[index] ?? null, selection.choices[index], duplicates),
    ),
    shards: measure(selection),
    keptValue: withoutNoise(selection.value),
    wholeValue: withoutNoise(walk.value.reduce((sum, value) => sum + value, 0)),
    curve: marginalCurve(walk, CURVE_POINTS).map(({ bytes, value }) => ({
      bytes,
      value: withoutNoise(value),
    })),
  };
}

/** Sums of many fractions carry noise in their last digits. */
function withoutNoise(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function valueTracks(tracks: readonly SelectionTrack[], policy: Policy): readonly ValuedTrack[] {
  const artistCounts = tracksByArtist(tracks);
  return tracks.map((track) => {
    const counts = track.artistIds.map((artist) => artistCounts.get(artist) ?? 1);
    const fewest = counts.length === 0 ? null : Math.min(...counts);
    const value = expectedListens(track.plays, policy.selection) * rarityFactor(fewest, policy.selection);
    return { track, value };
  });
}

type ShardMeter = (selection: Selection<Tier>) => ShardEstimate;

/** Estimates the shards of a selection: each side of the gate apart, in the order in which tracks are packed. */
function shardMeter(
  tracks: readonly SelectionTrack[],
  offers: readonly (TrackOffers | null)[],
  policy: Policy,
): ShardMeter {
  const order = tracks.map((_, index) => index).sort((a, b) => byPackOrder(tracks[a], tracks[b]));
  const bytesOf = (index: number, kind: Tier): number =>
    (kind === "original" ? offers[index]?.originalBytes : offers[index]?.accessCopyBytes) ?? 0;
  return ({ choices }) => {
    const sizes: Record<GateSide, number[]> = { open: [], dark: [] };
    for (const index of order) {
      const kind = choices[index]?.kind;
      const gates = tracks[index]?.gates;
      if (kind && gates) sizes[gates[kind]].push(bytesOf(index, kind));
    }
    const [open, dark] = [sizes.open, sizes.dark].map((kept) => estimateShards(kept, policy.packing));
    return {
      shards: (open?.shards ?? 0) + (dark?.shards ?? 0),
      bytes: (open?.bytes ?? 0) + (dark?.bytes ?? 0),
    };
  };
}

/** Most popular first, unknown last, then by track id. */
function byPackOrder(a: SelectionTrack | undefined, b: SelectionTrack | undefined): number {
  if (!a || !b) return 0;
  const difference = (b.popularity ?? -1) - (a.popularity ?? -1);
  if (difference !== 0) return difference;
  return a.trackId < b.trackId ? -1 : 1;
}

/**
 * The walk knows tracks, the disk holds shards, which end with up to a piece of padding: looks for the most bytes of
 * tracks whose shards fit in the budget.
 */
function selectWithinShards(
  walk: StepWalk<Tier>,
  budgetBytes: number | null,
  measure: ShardMeter,
): Selection<Tier> {
  const greedy = walkWithinBudget(walk, budgetBytes);
  if (budgetBytes === null) return greedy;
  const excess = measure(greedy).bytes - budgetBytes;
  if (excess <= 0) return greedy;
  let best = walkWithinBudget(walk, 0);
  let fits = 0;
  let exceeds = greedy.bytes;
  // Leaving out as much as is too much is nearly right, and saves most of the halvings.
  let next = Math.max(0, greedy.bytes - excess);
  for (let step = 0; step < BUDGET_SEARCH_STEPS && exceeds - fits > TAR_BLOCK_BYTES; step += 1) {
    const selection = walkWithinBudget(walk, next);
    if (measure(selection).bytes <= budgetBytes) {
      fits = next;
      best = selection;
    } else exceeds = next;
    next = Math.floor((fits + exceeds) / 2);
  }
  return best;
}

function decisionFor(
  { track, value }: ValuedTrack,
  offers: TrackOffers | null,
  choice: Choice<Tier> | undefined,
  duplicates: ReadonlySet<bigint>,
): Decision {
  const facts = {
    trackId: track.trackId,
    originalBytes: offers?.originalBytes ?? null,
    accessCopyBytes: offers?.accessCopyBytes ?? null,
    value,
    durationMs: offers?.duration.durationMs ?? null,
    durationBasis: offers?.duration.basis ?? null,
  };
  const leaveOut = (reason: Reason): Decision => ({
    ...facts,
    disposition: "metadata-only",
    reason,
    gate: track.gates.original,
    estimatedBytes: 0,
  });
  if (!offers) return leaveOut("no-holding");
  if (duplicates.has(track.trackId)) return leaveOut("duplicate-isrc");
  const kind = choice?.kind ?? null;
  if (kind === null) return leaveOut("budget-exhausted");
  const tierReason = kind === "original" ? offers.originalReason : offers.accessCopyReason;
  const tierBytes = kind === "original" ? offers.originalBytes : offers.accessCopyBytes;
  return {
    ...facts,
    disposition: kind,
    gate: track.gates[kind],
    reason: choice?.byFloor || tierReason === null ? "policy-floor" : tierReason,
    estimatedBytes: tierBytes ?? 0,
  };
}
