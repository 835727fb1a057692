import type { Decisions } from "./decide.ts";
import type { Disposition, GateSide, Reason } from "./disposition.ts";

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
  readonly budgetBytes: number | null;
  /** Estimated bytes of tracks in shards, by disposition. */
  readonly totals: Readonly<Record<Disposition, Amount>>;
  /** The same by side of the gate; what is metadata only counts with its side too. */
  readonly gates: Readonly<Record<GateSide, Amount>>;
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** Estimate of the sealed shards, which end on whole pieces: this is what the budget bounds. */
  readonly shards: { readonly count: number; readonly bytes: number };
  /** Expected listens that are kept, and that everything at the best tier offered would keep. */
  readonly value: { readonly kept: number; readonly whole: number };
  /** What other amounts of bytes would keep. */
  readonly curve: readonly { readonly bytes: number; readonly value: number }[];
  /** The first of the tracks left out, those worth most first. */
  readonly leftOut: readonly LeftOutTrack[];
}

/** Adds the decisions up. */
export function totalDecisions({ decisions }: Decisions): Pick<PlanSummary, "totals" | "gates" | "reasons"> {
  const totals = { original: empty(), "access-copy": empty(), "metadata-only": empty() };
  const gates = { open: empty(), dark: empty() };
  const reasons: Partial<Record<Reason, number>> = {};
  for (const { disposition, reason, gate, estimatedBytes } of decisions) {
    add(totals[disposition], estimatedBytes);
    add(gates[gate], estimatedBytes);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return { totals, gates, reasons };
}

/** Indices of the tracks left out, those worth most first. */
export function mostValuableLeftOut({ decisions }: Decisions, count: number): readonly number[] {
  return [...decisions.keys()]
    .filter((index) => decisions[index]?.disposition === "metadata-only")
    .sort((a, b) => (decisions[b]?.value ?? 0) - (decisions[a]?.value ?? 0) || a - b)
    .slice(0, count);
}

function empty(): { tracks: number; bytes: number } {
  return { tracks: 0, bytes: 0 };
}

function add(amount: { tracks: number; bytes: number }, bytes: number): void {
  amount.tracks += 1;
  amount.bytes += bytes;
}
