import { FailedError } from "../../core/index.ts";
import type { ClientTorrent, TorrentClient } from "../clients/torrent-client.ts";
import type { FeedRelease } from "../feed/feed-document.ts";
import { readAnnouncedRelease } from "./announced-release.ts";
import type { FetchOutcome, Keeper, KeptRelease } from "./keeper.ts";
import type { FeedPlace } from "./read-feed.ts";

export interface ClientKeeperOptions {
  readonly client: TorrentClient;
  readonly signer: string;
  /** Where the client puts releases, as it sees it. */
  readonly folder: string;
  readonly upBytesPerSecond: number | null;
}

/** Keeps releases by a torrent client that is driven: it fetches and seeds, and what it says of them is read back. */
export class ClientKeeper implements Keeper {
  private readonly options: ClientKeeperOptions;
  private uploaded: number | null = null;

  constructor(options: ClientKeeperOptions) {
    this.options = options;
  }

  get uploadedBytes(): number | null {
    return this.uploaded;
  }

  async holdings(): Promise<readonly KeptRelease[]> {
    const torrents = await this.list();
    return torrents.map(({ name, sizeBytes, progress, fault }) => ({
      name,
      sizeBytes,
      isWhole: progress === 1 && fault === null,
      detail: fault ?? `${Math.floor(100 * progress)} %`,
    }));
  }

  async fetch(release: FeedRelease, place: FeedPlace, signal: AbortSignal): Promise<FetchOutcome> {
    const { client, signer, folder, upBytesPerSecond } = this.options;
    const announced = await readAnnouncedRelease(place, release, signer, signal);
    const chosen = announced.torrents.find(({ torrent }) => torrent.kind === client.kind);
    if (!chosen) {
      throw new FailedError(
        `"${release.name}" has no ${client.kind} torrent, which ${client.name} would take`,
      );
    }
    await client.add({ name: release.name, bytes: chosen.bytes, folder, upBytesPerSecond });
    return { isWhole: false, receivedBytes: 0, linkedBytes: 0 };
  }

  async drop(name: string): Promise<void> {
    for (const torrent of await this.list()) {
      if (torrent.name === name) await this.options.client.remove(torrent.id);
    }
  }

  /** What is not to be given away for now is stopped. */
  async give(names: readonly string[]): Promise<void> {
    const given = new Set(names);
    for (const { id, name, isRunning } of await this.list()) {
      if (isRunning !== given.has(name)) await this.options.client.setRunning(id, given.has(name));
    }
  }

  async close(): Promise<void> {}

  private async list(): Promise<readonly ClientTorrent[]> {
    const torrents = await this.options.client.list();
    this.uploaded = torrents.reduce((sum, { uploadedBytes }) => sum + uploadedBytes, 0);
    return torrents;
  }
}
