import type { FeedRelease } from "../feed/feed-document.ts";
import type { FeedPlace } from "./read-feed.ts";

/** A release that a keeper has, or is fetching. */
export interface KeptRelease {
  readonly name: string;
  readonly sizeBytes: number;
  readonly isWhole: boolean;
  /** What it says of itself while it is not whole, or not well. */
  readonly detail?: string | undefined;
}

export interface FetchOutcome {
  /** False: it has begun, and goes on by itself. */
  readonly isWhole: boolean;
  readonly receivedBytes: number;
  readonly linkedBytes: number;
}

/** Who does for a mirror what was planned: our own peer, or a torrent client that is driven. */
export interface Keeper {
  holdings(): Promise<readonly KeptRelease[]>;
  /** Gets a release that the feed at `place` lists. Throws `FailedError` and `IntegrityError` when it cannot be had. */
  fetch(release: FeedRelease, place: FeedPlace, signal: AbortSignal): Promise<FetchOutcome>;
  /** Deletes a release and its files. */
  drop(name: string): Promise<void>;
  /** From now on these are given to others, and nothing else. */
  give(names: readonly string[]): Promise<void>;
  /** Bytes given since the start; null: it does not say. */
  readonly uploadedBytes: number | null;
  close(): Promise<void>;
}
