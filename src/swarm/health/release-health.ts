import type { ScrapeCounts } from "../../formats/tracker/index.ts";

/** Below the first: red; below the second: yellow; else green. */
export interface CopyLimits {
  readonly red: number;
  readonly yellow: number;
}

export type Colour = "red" | "yellow" | "green";

export interface ReleaseHealth {
  readonly release: string;
  readonly sizeBytes: number;
  /** As trackers count them; null when no tracker said anything. */
  readonly seeders: number | null;
  readonly leechers: number | null;
  /** Peers that were asked to prove that they have it, and those that did. */
  readonly challenged: number;
  readonly effectiveCopies: number;
  readonly colour: Colour;
  /** What peers failed with. */
  readonly faults: readonly { readonly peer: string; readonly reason: string }[];
}

/**
 * What trackers count of a release that is announced under several infohashes: the largest of each, because one peer announces
 * itself under all of them and would be counted twice. Null for a release that no tracker knows.
 */
export function largestCounts(
  counts: readonly (ScrapeCounts | undefined)[],
): { readonly seeders: number; readonly leechers: number } | null {
  const known = counts.filter((count) => count !== undefined);
  if (known.length === 0) return null;
  return {
    seeders: Math.max(...known.map(({ seeders }) => seeders)),
    leechers: Math.max(...known.map(({ leechers }) => leechers)),
  };
}

/** By copies that were proved, never by those that are claimed. */
export function colourOf(effectiveCopies: number, limits: CopyLimits): Colour {
  if (effectiveCopies < limits.red) return "red";
  return effectiveCopies < limits.yellow ? "yellow" : "green";
}
