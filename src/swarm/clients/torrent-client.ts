/** A torrent as a client that is driven says it. */
export interface ClientTorrent {
  /** What the client calls it by, for `remove` and `setRunning`. */
  readonly id: string;
  /** The torrent's own name: that of the release. */
  readonly name: string;
  readonly sizeBytes: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly isRunning: boolean;
  readonly uploadedBytes: number;
  /** What the client complains of; null: nothing. */
  readonly fault: string | null;
}

export interface AddTorrent {
  readonly name: string;
  readonly bytes: Buffer;
  /** As the client sees it: a path on its machine. */
  readonly folder: string;
  readonly upBytesPerSecond: number | null;
}

/** Somebody's torrent client, driven over its own API. Everything that is ours in it carries the tag `deadwax`. */
export interface TorrentClient {
  readonly name: string;
  /** Which torrent of a release it can take. */
  readonly kind: "hybrid" | "v1";
  /** All torrents that we added. Each call throws `FailedError` when the client cannot be reached, or refuses. */
  list(): Promise<readonly ClientTorrent[]>;
  add(torrent: AddTorrent): Promise<void>;
  /** Removes a torrent, and its files. */
  remove(id: string): Promise<void>;
  setRunning(id: string, isRunning: boolean): Promise<void>;
}

/** What marks a torrent as ours. */
export const TAG = "deadwax";
