import type { Disposition, GateSide, Reason } from "./disposition.ts";
import type { Tally } from "./engine/tally-decisions.ts";

export interface Amount {
  readonly tracks: number;
  readonly bytes: number;
}

/** A track that the plan keeps no audio of. */
export interface LeftOutTrack {
  /** 13 characters. */
  readonly track_id: string;
  readonly title: string | null;
  readonly artist: string | null;
  readonly reason: Reason;
}

export interface PlanSummary {
  readonly plan: string;
  /** False when this plan was there already, and with `dryRun`. */
  readonly created: boolean;
  readonly snapshot: string;
  readonly rights: string;
  readonly recordings: string | null;
  readonly budgetBytes: number | null;
  /** Estimated bytes of tracks in shards, by disposition. */
  readonly totals: Readonly<Record<Disposition, Amount>>;
  /** The same by side of the gate; what is metadata only counts with its side too. */
  readonly gates: Readonly<Record<GateSide, Amount>>;
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** Estimate of the sealed shards, which end on whole pieces: this is what the budget bounds. */
  readonly shards: { readonly count: number; readonly bytes: number };
  /**
   * Expected listens that are kept; the most that any plan within these bytes could keep, were parts of tracks allowed (null
   * under another rule than `listens`); and what everything at the best tier offered would keep.
   */
  readonly value: { readonly kept: number; readonly bound: number | null; readonly whole: number };
  /** Kept tracks of which no file is held: their sizes are what the policy assumes. */
  readonly assumed: Amount;
  /** Where the walk ended; null when everything that is offered is kept. */
  readonly threshold: { readonly bucket: number; readonly track: string } | null;
  readonly bucketsPerOctave: number;
  /** What other amounts of bytes would keep. */
  readonly curve: readonly { readonly bytes: number; readonly value: number }[];
  /** The first of the tracks left out, those worth most first. */
  readonly leftOut: readonly LeftOutTrack[];
}

/** Adds up what was decided. */
export function totalTallies(
  tallies: readonly Tally[],
): Pick<PlanSummary, "totals" | "gates" | "reasons" | "assumed"> {
  const totals = { original: empty(), "access-copy": empty(), "metadata-only": empty() };
  const gates = { open: empty(), dark: empty() };
  const reasons: Partial<Record<Reason, number>> = {};
  const assumed = empty();
  for (const { disposition, reason, gate, held, tracks, bytes } of tallies) {
    add(totals[disposition], tracks, bytes);
    add(gates[gate], tracks, bytes);
    reasons[reason] = (reasons[reason] ?? 0) + tracks;
    if (!held && disposition !== "metadata-only") add(assumed, tracks, bytes);
  }
  return { totals, gates, reasons, assumed };
}

function empty(): { tracks: number; bytes: number } {
  return { tracks: 0, bytes: 0 };
}

function add(amount: { tracks: number; bytes: number }, tracks: number, bytes: number): void {
  amount.tracks += tracks;
  amount.bytes += bytes;
}
