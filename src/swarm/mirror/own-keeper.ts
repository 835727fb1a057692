import { lstat, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { FailedError, formatSize, type Reporter, syncFolder, systemErrorCode } from "../../core/index.ts";
import { announcementFileName } from "../../release/index.ts";
import { type SharedTorrent, torrentsOfReleases } from "../content/shared-torrents.ts";
import type { FeedRelease } from "../feed/feed-document.ts";
import type { Encryption, PeerAddress } from "../peer/greet.ts";
import type { Seeding } from "../seed/seeding.ts";
import { Trackers } from "../tracker/trackers.ts";
import { readAnnouncedRelease } from "./announced-release.ts";
import { fetchRelease } from "./fetch-release.ts";
import type { FetchOutcome, Keeper, KeptRelease } from "./keeper.ts";
import { KeptReleases } from "./kept-releases.ts";
import type { MirrorFolder } from "./mirror-folder.ts";
import { pieceStatePath } from "./piece-store.ts";
import type { FeedPlace } from "./read-feed.ts";

export interface OwnKeeperOptions {
  readonly folder: MirrorFolder;
  readonly signer: string;
  readonly spaceBytes: number;
  readonly peers: readonly PeerAddress[];
  readonly encryption: Encryption;
  /** Null: nothing is given away, only fetched. */
  readonly seeding: Seeding | null;
  /** False: a folder that the feed stands in is asked for documents only, not for sound. */
  readonly usesFeedFolder?: boolean;
  readonly reporter: Reporter;
}

/** Left free on the disk whatever is lent. */
const RESERVE_BYTES = 256 * 1024 * 1024;

/** Keeps releases by our own peer, in a folder like the one of an archive. */
export class OwnKeeper implements Keeper {
  private readonly options: OwnKeeperOptions;
  private readonly kept: KeptReleases;
  private readonly trackers = new Trackers();
  private given: readonly string[] = [];
  private growing: SharedTorrent | null = null;

  constructor(options: OwnKeeperOptions) {
    this.options = options;
    this.kept = new KeptReleases(options.folder.releases, options.signer);
  }

  get uploadedBytes(): number | null {
    return this.options.seeding?.uploadedBytes ?? null;
  }

  async holdings(): Promise<readonly KeptRelease[]> {
    return (await this.kept.list()).map(({ name, announcement }) => ({
      name,
      sizeBytes: announcement.sizeBytes,
      isWhole: true,
    }));
  }

  async fetch(release: FeedRelease, place: FeedPlace, signal: AbortSignal): Promise<FetchOutcome> {
    const { folder, signer, peers, encryption, reporter } = this.options;
    const announced = await readAnnouncedRelease(place, release, signer, signal);
    const held = await this.kept.heldFiles();
    const fetched = await fetchRelease({
      announced,
      signer,
      folder: folder.releases,
      incoming: folder.incoming,
      place,
      usesFeedFolder: this.options.usesFeedFolder ?? true,
      peers,
      encryption,
      trackers: this.trackers,
      dht: this.options.seeding?.dhtNode ?? null,
      held,
      makeRoom: (missingBytes) => this.makeRoom(release, missingBytes),
      share: async (growing) => {
        this.growing = growing;
        await this.seed();
      },
      reporter,
      signal,
    });
    return { isWhole: true, ...fetched };
  }

  async drop(name: string): Promise<void> {
    const { folder } = this.options;
    const growing = join(folder.incoming, name);
    // The announcement first: from then on the release counts as gone, whatever a kill leaves of it.
    await rm(join(folder.releases, announcementFileName(name)), { force: true });
    await syncFolder(folder.releases);
    for (const path of [
      join(folder.releases, `${name}.torrent`),
      join(folder.releases, `${name}.v1.torrent`),
      join(folder.releases, name),
      growing,
      pieceStatePath(growing),
      `${growing}.torrent`,
    ]) {
      await rm(path, { recursive: true, force: true });
    }
  }

  async give(names: readonly string[]): Promise<void> {
    this.given = names;
    await this.seed();
  }

  /** Whole releases, and the pieces that are here of the one that is being fetched. */
  private async seed(): Promise<void> {
    const given = new Set(this.given);
    const whole = torrentsOfReleases((await this.kept.list()).filter(({ name }) => given.has(name)));
    await this.options.seeding?.replace(this.growing === null ? whole : [...whole, this.growing]);
  }

  async close(): Promise<void> {
    await this.options.seeding?.close();
  }

  /** When both do not fit, what a release follows goes before the release is there; what they share has a second name already. */
  private async makeRoom({ name, previous }: FeedRelease, missingBytes: number): Promise<void> {
    const { folder, spaceBytes, reporter } = this.options;
    if ((await usedBytes(folder.root)) + missingBytes > spaceBytes) {
      const listed = await this.kept.list();
      const followed = listed.find((one) => one.name === previous);
      if (followed !== undefined) {
        reporter.note(
          `"${followed.name}" goes now: there is no room for it beside "${name}", which follows it`,
        );
        await this.give(listed.filter((one) => one !== followed).map((one) => one.name));
        await this.drop(followed.name);
      }
    }
    const used = await usedBytes(folder.root);
    if (used + missingBytes > spaceBytes) {
      throw new FailedError(
        `"${name}" needs ${formatSize(missingBytes)} more, and of ${formatSize(spaceBytes)} are ${formatSize(used)} taken`,
        { hint: "lend more: --space" },
      );
    }
    const { bavail, bsize } = await statfs(folder.root);
    if (bavail * bsize < missingBytes + RESERVE_BYTES) {
      throw new FailedError(`the disk of "${folder.root}" has no room for ${formatSize(missingBytes)} more`, {
        hint: "free some space, or lend less: --space",
      });
    }
  }
}

/** Bytes that the files below a folder take on the disk, one with several names counted once, holes not at all. */
async function usedBytes(root: string): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  const look = async (folder: string): Promise<void> => {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        await look(path);
        continue;
      }
      const { dev, ino, blocks, nlink } = await lstat(path);
      const key = `${dev} ${ino}`;
      if (nlink > 1 && seen.has(key)) continue;
      seen.add(key);
      bytes += blocks * 512;
    }
  };
  await look(root);
  return bytes;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
