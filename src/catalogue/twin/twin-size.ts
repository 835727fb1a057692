import { UsageError } from "../../core/index.ts";

/** Changes when the same tracks and seed give other bytes. */
export const TWIN_GENERATOR = "twin/2";

/** A block is the unit in which everything repeats: so many tracks, recordings (ISRCs), albums and artists. */
export const BLOCK = {
  tracks: 10_000,
  recordings: 7_264,
  albums: 2_288,
  artists: 603,
  credits: 13_594,
} as const;

const MIN_TRACKS = 10_000;
/** Numbers of tracks stay below 2^28, so that products of two fit into 63 bits. */
const MAX_TRACKS = 268_430_000;
const MAX_SEED = 0xffff_ffff;

export interface TwinParameters {
  /** A multiple of 10,000. */
  readonly tracks: number;
  readonly seed: number;
  /** Without the clusters of durations at whole minutes: the negative control of a test for them. */
  readonly minutePeaks: boolean;
}

export interface TwinSize {
  readonly blocks: number;
  readonly tracks: number;
  readonly recordings: number;
  readonly albums: number;
  readonly artists: number;
  readonly labels: number;
}

/** How many of everything a twin has. Throws `UsageError` for numbers that it cannot have. */
export function twinSize({ tracks, seed }: Pick<TwinParameters, "tracks" | "seed">): TwinSize {
  if (!Number.isSafeInteger(tracks) || tracks < MIN_TRACKS || tracks > MAX_TRACKS) {
    throw new UsageError(`a twin of ${tracks} tracks cannot be made`, {
      hint: `--tracks takes 10k to 268M: ${MIN_TRACKS} to ${MAX_TRACKS}`,
    });
  }
  if (!Number.isSafeInteger(seed) || seed < 0 || seed > MAX_SEED) {
    throw new UsageError(`${seed} is not a seed`, { hint: `--seed takes 0 to ${MAX_SEED}` });
  }
  if (tracks % BLOCK.tracks !== 0) {
    throw new UsageError(`a twin has a multiple of ${BLOCK.tracks} tracks, not ${tracks}`, {
      hint: `--tracks ${Math.max(1, Math.round(tracks / BLOCK.tracks)) * BLOCK.tracks}`,
    });
  }
  const blocks = tracks / BLOCK.tracks;
  return {
    blocks,
    tracks,
    recordings: blocks * BLOCK.recordings,
    albums: blocks * BLOCK.albums,
    artists: blocks * BLOCK.artists,
    labels: blocks * 48,
  };
}
