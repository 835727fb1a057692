import type { Reporter } from "../../core/index.ts";
import { type SharedTorrent, SharedTorrents } from "../content/shared-torrents.ts";
import { Dht } from "../dht/dht.ts";
import { DhtAnnouncer } from "../dht/dht-announcer.ts";
import type { Encryption, PeerAddress } from "../peer/greet.ts";
import { type AnnouncedTorrent, Announcer } from "../tracker/announcer.ts";
import { Trackers } from "../tracker/trackers.ts";
import { SeedServer } from "./seed-server.ts";
import { UploadLimits } from "./upload-limits.ts";
import { WebSeed } from "./web-seed.ts";

/** How bytes are given away. */
export interface SeedingOptions {
  readonly reporter: Reporter;
  /** Address to listen on; all of the machine without it. */
  readonly host?: string | undefined;
  readonly port: number;
  /** Whether the trackers that the torrents name are told. */
  readonly announce: boolean;
  /** Null: no web seed. */
  readonly httpPort: number | null;
  readonly encryption: Encryption;
  readonly upBytesPerSecond: number | null;
  /** Null or left out: no limit. */
  readonly upBytesPerSecondPerRelease?: number | null;
  /** Releases by name whose pieces are offered one by one until each is with somebody (BEP 16); none without it. */
  readonly superSeed?: (release: string) => boolean;
  readonly maxConnections: number;
  readonly maxConnectionsPerRelease?: number;
  readonly maxConnectionsPerAddress: number;
  readonly uploadSlots: number;
  /** Null or left out: torrents are not announced to the DHT (BEP 5). */
  readonly dht?: DhtNodes | null | undefined;
  /** Where the feed and the statements about releases lie, for the web seed. */
  readonly folder: string;
}

export interface DhtNodes {
  /** Nodes to begin with; null: the routers that everybody knows. */
  readonly bootstrap: readonly PeerAddress[] | null;
}

/** Peers that a tracker should name: we connect to those that cannot connect to us. */
const WANTED_PEERS = 30;

/** Gives torrents to peers and over HTTP, and tells trackers; what is given may change while it runs. */
export class Seeding {
  readonly torrents: SharedTorrents = new SharedTorrents([]);
  private readonly options: SeedingOptions;
  private readonly uploaded = new Map<string, number>();
  private readonly limits: UploadLimits;
  private readonly server: SeedServer;
  private readonly web: WebSeed | null;
  private readonly trackers = new Trackers();
  private announcer: Announcer | null = null;
  private dht: Dht | null = null;
  private dhtAnnouncer: DhtAnnouncer | null = null;
  private total = 0;

  constructor(options: SeedingOptions) {
    this.options = options;
    const { host, httpPort, maxConnections, reporter } = options;
    const { torrents } = this;
    this.limits = new UploadLimits(options.upBytesPerSecond, options.upBytesPerSecondPerRelease ?? null);
    const onUploaded = ({ release }: SharedTorrent, bytes: number): void => {
      this.total += bytes;
      this.uploaded.set(release, (this.uploaded.get(release) ?? 0) + bytes);
    };
    this.server = new SeedServer({
      ...options,
      torrents,
      limits: this.limits,
      onUploaded,
      isSuperSeeded: ({ release }) => options.superSeed?.(release) ?? false,
      onFault: ({ release, peer, reason }) => reporter.note(`${peer} (${release}): ${reason}`),
    });
    const { limits } = this;
    const web = { torrents, host, folder: options.folder, maxConnections, limits, onUploaded };
    this.web = httpPort === null ? null : new WebSeed({ ...web, port: httpPort });
  }

  get uploadedBytes(): number {
    return this.total;
  }

  get uploadedByRelease(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.uploaded);
  }

  get connections(): number {
    return this.server.connections;
  }

  /** Null: not asked. */
  get dhtNode(): Dht | null {
    return this.dht ?? null;
  }

  /** Resolves with the ports. Throws `FailedError` when one cannot be had. */
  async listen(): Promise<{ readonly port: number; readonly httpPort: number | null }> {
    const port = await this.server.listen();
    const httpPort = (await this.web?.listen()) ?? null;
    this.announcer = new Announcer({
      trackers: this.trackers,
      peerId: this.server.peerId,
      port,
      torrents: this.announced(),
      wantedPeers: WANTED_PEERS,
      onPeers: ({ infohash }, peers) => this.connectTo(infohash, peers),
      onSilence: (_torrent, reason) => this.options.reporter.note(`tracker ${reason}`),
    });
    await this.joinDht(port);
    return { port, httpPort };
  }

  /** From now on these are given away, and no others: connections for the others end, and their trackers are told. */
  async replace(torrents: readonly SharedTorrent[]): Promise<void> {
    this.torrents.replace(torrents);
    this.server.dropGone();
    await this.announcer?.replace(this.announced());
  }

  async close(): Promise<void> {
    await Promise.all([this.announcer?.close(), this.dhtAnnouncer?.close()]);
    await this.dht?.close();
    this.limits.close();
    await this.server.close();
    await this.web?.close();
    await this.torrents.close();
  }

  private connectTo(infohash: Buffer, peers: readonly PeerAddress[]): void {
    const torrent = this.torrents.find(infohash);
    for (const peer of peers) if (torrent) void this.server.connectTo(torrent, infohash, peer);
  }

  /** On the UDP port of the same number. */
  private async joinDht(port: number): Promise<void> {
    const { dht, host } = this.options;
    if (!dht) return;
    this.dht = await Dht.open({ host, port, bootstrap: dht.bootstrap });
    this.dhtAnnouncer = new DhtAnnouncer({
      dht: this.dht,
      port,
      infohashes: () =>
        this.torrents.torrents.flatMap(({ infohashes }) => infohashes.map((one) => Buffer.from(one, "hex"))),
      isPrivate: async (infohash) => {
        const torrent = this.torrents.find(infohash);
        return torrent === null || (await this.torrents.load(torrent)).content.torrent.isPrivate;
      },
      onPeers: (infohash, peers) => this.connectTo(infohash, peers),
    });
  }

  private announced(): readonly AnnouncedTorrent[] {
    if (!this.options.announce) return [];
    return this.torrents.torrents.flatMap(({ release, infohashes, trackers, growing }) =>
      infohashes.map((infohash) => ({
        infohash: Buffer.from(infohash, "hex"),
        trackers,
        uploadedBytes: () => this.uploaded.get(release) ?? 0,
        leftBytes: () => growing?.leftBytes ?? 0,
      })),
    );
  }
}
