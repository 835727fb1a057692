import { join } from "node:path";
import { FailedError } from "../../core/index.ts";
import { torrentNumber } from "../../formats/peer-wire/index.ts";
import { parseMagnet } from "../../formats/torrent/magnet.ts";
import { MAX_TORRENT_BYTES, parseTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ListedRelease } from "../../release/index.ts";
import { readRegularFile } from "../../release/read-regular-file.ts";
import type { GrowingPieces } from "../seed/growing-pieces.ts";
import { FileHashes } from "./file-hashes.ts";
import { OpenFiles } from "./open-files.ts";
import { TorrentContent } from "./torrent-content.ts";

/** A torrent whose bytes are here, known by what its announcement says of it. */
export interface SharedTorrent {
  readonly release: string;
  readonly kind: "hybrid" | "v1";
  readonly torrentFile: string;
  /** Holds the release's folder. */
  readonly folder: string;
  readonly sizeBytes: number;
  /** 20 bytes each, as hex: what a handshake may ask for. A hybrid has two. */
  readonly infohashes: readonly string[];
  readonly trackers: readonly string[];
  /** Its pieces while it is still being fetched; without it all are there. */
  readonly growing?: GrowingPieces | undefined;
}

export interface LoadedTorrent {
  readonly content: TorrentContent;
  readonly hashes: FileHashes;
}

/** The torrents of these releases: three ids to one copy of the bytes (BEP 52: a v2 id is cut to 20 bytes on the wire). */
export function torrentsOfReleases(releases: readonly ListedRelease[]): readonly SharedTorrent[] {
  return releases.flatMap(({ name, folder, announcement }) =>
    announcement.torrents.map(({ kind, file, infohashV1, infohashV2, magnet }) => ({
      release: name,
      kind,
      torrentFile: join(folder, "..", file),
      folder: join(folder, ".."),
      sizeBytes: announcement.sizeBytes,
      infohashes: infohashV2 === null ? [infohashV1] : [infohashV1, infohashV2.slice(0, 40)],
      trackers: parseMagnet(magnet)?.announce ?? [],
    })),
  );
}

/** Torrents by infohash. A torrent is read when somebody asks for it, and forgotten when `most` others were asked for since. */
export class SharedTorrents {
  private readonly most: number;
  private readonly byInfohash = new Map<string, SharedTorrent>();
  private readonly byRelease = new Map<string, SharedTorrent[]>();
  /** Made when the first encrypted handshake comes: a hash for each infohash. */
  private byNumber: Map<string, string> | undefined;
  private readonly loaded = new Map<SharedTorrent, Promise<LoadedTorrent>>();
  readonly openFiles: OpenFiles = new OpenFiles();

  constructor(torrents: readonly SharedTorrent[], most = 64) {
    this.most = most;
    this.replace(torrents);
  }

  /** From now on these are here, and no others. One that stays may be given as the same or as an equal one. */
  replace(torrents: readonly SharedTorrent[]): void {
    const before = new Map([...this.byInfohash].map(([infohash, torrent]) => [infohash, torrent]));
    this.byInfohash.clear();
    this.byRelease.clear();
    this.byNumber = undefined;
    for (const given of torrents) {
      const known = before.get(given.infohashes[0] ?? "");
      const torrent = known?.torrentFile === given.torrentFile ? known : given;
      for (const infohash of torrent.infohashes) this.byInfohash.set(infohash, torrent);
      this.byRelease.set(torrent.release, [...(this.byRelease.get(torrent.release) ?? []), torrent]);
    }
    for (const torrent of this.loaded.keys()) if (!this.has(torrent)) this.loaded.delete(torrent);
  }

  get torrents(): readonly SharedTorrent[] {
    return [...new Set(this.byInfohash.values())];
  }

  /** Whether it is still here. */
  has(torrent: SharedTorrent): boolean {
    return this.byInfohash.get(torrent.infohashes[0] ?? "") === torrent;
  }

  /** Both torrents of a release; none when it is not here. */
  ofRelease(release: string): readonly SharedTorrent[] {
    return this.byRelease.get(release) ?? [];
  }

  /** Null when no torrent here has this infohash (20 bytes). */
  find(infohash: Buffer): SharedTorrent | null {
    return this.byInfohash.get(infohash.toString("hex")) ?? null;
  }

  /** The infohash (20 bytes) that an encrypted handshake names by this number; null when no torrent here has it. */
  infohashOf(number: string): Buffer | null {
    this.byNumber ??= new Map(
      [...this.byInfohash.keys()].map((infohash) => [torrentNumber(Buffer.from(infohash, "hex")), infohash]),
    );
    const infohash = this.byNumber.get(number);
    return infohash === undefined ? null : Buffer.from(infohash, "hex");
  }

  /** Throws `FailedError` when the `.torrent` is not there or not the one that was announced. */
  async load(torrent: SharedTorrent): Promise<LoadedTorrent> {
    const known = this.loaded.get(torrent);
    const loading = known ?? this.read(torrent);
    // The last place in a Map is the one used last.
    this.loaded.delete(torrent);
    this.loaded.set(torrent, loading);
    if (known === undefined) {
      loading.catch(() => this.loaded.delete(torrent));
      for (const oldest of this.loaded.keys()) {
        if (this.loaded.size <= this.most) break;
        this.loaded.delete(oldest);
      }
    }
    return await loading;
  }

  close(): Promise<void> {
    return this.openFiles.close();
  }

  private async read({ torrentFile, folder, infohashes, growing }: SharedTorrent): Promise<LoadedTorrent> {
    const file = await readRegularFile(torrentFile, MAX_TORRENT_BYTES);
    if (!file.ok) throw new FailedError(`"${torrentFile}" ${file.reason}`);
    const parsed = parseTorrent(file.bytes);
    if (!parsed.ok) throw new FailedError(`"${torrentFile}" is no torrent: ${parsed.reason}`);
    if (parsed.torrent.infohashV1?.toString("hex") !== infohashes[0]) {
      throw new FailedError(`"${torrentFile}" is not the torrent that was announced`);
    }
    const content = new TorrentContent(parsed.torrent, folder, this.openFiles);
    return { content, hashes: new FileHashes(content, growing === undefined) };
  }
}
