import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { errorMessage, FailedError, systemErrorCode } from "../../core/index.ts";
import type { Handshake } from "../../formats/peer-wire/index.ts";
import type { LoadedTorrent, SharedTorrent, SharedTorrents } from "../content/shared-torrents.ts";
import { answerPeer, callPeer, type Encryption, type Greeted, type PeerAddress } from "../peer/greet.ts";
import { PeerExchanges } from "../peer/peer-exchanges.ts";
import { BatchBuffers } from "./batch-buffers.ts";
import { Choker } from "./choker.ts";
import { SeedSession } from "./seed-session.ts";
import { SuperSeeding } from "./super-seeding.ts";
import type { UploadLimits } from "./upload-limits.ts";

/** BEP 3: not more often, or peers never get going. */
const ROTATE_MS = 10_000;
/** BEP 11: peers hear of one another not more often than this. */
const EXCHANGE_MS = 60_000;
/** Connections that we open; those that are opened to us have limits of their own. */
const MAX_OUTGOING = 100;

export interface SeedServerOptions {
  readonly torrents: SharedTorrents;
  /** Address to listen on; all of the machine without it. */
  readonly host?: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  readonly limits: UploadLimits;
  readonly encryption: Encryption;
  /** Most connections in all, for one release, and from one address; more are closed at once. */
  readonly maxConnections: number;
  readonly maxConnectionsPerRelease?: number;
  readonly maxConnectionsPerAddress: number;
  /** Peers that are served at the same time; the others take turns with them. */
  readonly uploadSlots: number;
  /** How long one that calls may take to say what it wants; ten seconds without it. */
  readonly handshakeMs?: number;
  /** How often peers are told of one another (BEP 11); once a minute without it. */
  readonly exchangeMs?: number;
  /** Whether its pieces are offered one by one (BEP 16); none without it. */
  readonly isSuperSeeded?: (torrent: SharedTorrent) => boolean;
  readonly onUploaded: (torrent: SharedTorrent, bytes: number) => void;
  /** A torrent that could not be read from disk, or a peer that broke the protocol. */
  readonly onFault?: (fault: {
    readonly release: string;
    readonly peer: string;
    readonly reason: string;
  }) => void;
}

/** Gives away the torrents it has to every peer that asks. */
export class SeedServer {
  private readonly options: SeedServerOptions;
  private readonly server: Server;
  private readonly choker: Choker;
  private readonly buffers = new BatchBuffers();
  readonly peerId: Buffer = Buffer.concat([Buffer.from("-DW0100-"), randomBytes(12)]);
  private readonly sessions = new Map<SeedSession, SharedTorrent>();
  private readonly byRelease = new Map<string, number>();
  private readonly superSeedings = new Map<SharedTorrent, SuperSeeding>();
  private readonly byAddress = new Map<string, number>();
  /** Everybody who called, those among them that have not said yet what they want. */
  private readonly callers = new Set<Socket>();
  private readonly connectingTo = new Set<string>();
  private readonly exchanges = new PeerExchanges();
  private readonly rotation: NodeJS.Timeout;
  private readonly exchanging: NodeJS.Timeout;

  constructor(options: SeedServerOptions) {
    this.options = options;
    this.choker = new Choker(options.uploadSlots);
    this.server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, (socket) => {
      void this.accept(socket);
    });
    this.server.maxConnections = options.maxConnections;
    this.rotation = setInterval(() => {
      this.choker.rotate();
      for (const superSeeding of this.superSeedings.values()) superSeeding.tick();
    }, ROTATE_MS);
    this.rotation.unref();
    this.exchanging = setInterval(() => this.exchanges.tick(), options.exchangeMs ?? EXCHANGE_MS);
    this.exchanging.unref();
  }

  /** Peers that are connected and have said what they want. */
  get connections(): number {
    return this.sessions.size;
  }

  /** Resolves with the port. Throws `FailedError` when it cannot be had. */
  listen(): Promise<number> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once("error", (error) => {
        reject(
          new FailedError(
            `cannot listen on ${host ?? "any address"}, port ${port}: ${systemErrorCode(error) ?? errorMessage(error)}`,
            { cause: error, hint: "choose another one: --port, --host" },
          ),
        );
      });
      this.server.listen({ host, port }, () => {
        const address = this.server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  async close(): Promise<void> {
    clearInterval(this.rotation);
    clearInterval(this.exchanging);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions.keys()) session.end(null);
    for (const socket of this.callers) socket.destroy();
    await closed;
  }

  /** Ends connections for torrents that are no longer here. */
  dropGone(): void {
    for (const [session, torrent] of this.sessions) {
      if (!this.options.torrents.has(torrent)) session.end(null);
    }
    for (const torrent of this.superSeedings.keys()) {
      if (!this.options.torrents.has(torrent)) this.superSeedings.delete(torrent);
    }
  }

  /**
   * Connects to a peer that may want this torrent, under one of its infohashes (20 bytes): one behind a wall cannot connect to
   * us. Peers that are connected already, or do not answer, are passed over in silence.
   */
  async connectTo(torrent: SharedTorrent, infohash: Buffer, address: PeerAddress): Promise<void> {
    const place = `${address.host}:${address.port} ${infohash.toString("hex")}`;
    if (this.connectingTo.has(place) || this.connectingTo.size >= MAX_OUTGOING) return;
    this.connectingTo.add(place);
    const { encryption } = this.options;
    const ours = this.handshakeFor(torrent, infohash);
    const greeting = await callPeer(address, ours, encryption, { upgraded: upgradedFrom(torrent, infohash) });
    if (!greeting.ok) {
      this.connectingTo.delete(place);
      return;
    }
    greeting.socket.once("close", () => this.connectingTo.delete(place));
    await this.serve(torrent, greeting, place, address.port);
  }

  private async accept(socket: Socket): Promise<void> {
    const address = socket.remoteAddress ?? "";
    const here = (this.byAddress.get(address) ?? 0) + 1;
    if (here > this.options.maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.byAddress.set(address, here);
    this.callers.add(socket);
    socket.once("close", () => {
      this.callers.delete(socket);
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.byAddress.set(address, left);
      else this.byAddress.delete(address);
    });
    const { torrents, encryption, handshakeMs } = this.options;
    const known = {
      byNumber: (number: string) => torrents.infohashOf(number),
      answerTo: ({ infohash, hasV2 }: Handshake) => {
        const torrent = torrents.find(infohash);
        const upgraded = torrent && hasV2 ? upgradedFrom(torrent, infohash) : null;
        return torrent && this.handshakeFor(torrent, upgraded ?? infohash);
      },
    };
    const greeting = await answerPeer(socket, encryption, known, handshakeMs);
    const torrent = greeting.ok ? torrents.find(greeting.handshake.infohash) : null;
    if (greeting.ok && torrent) await this.serve(torrent, greeting, `${address}:${socket.remotePort}`, null);
  }

  private handshakeFor({ kind }: SharedTorrent, infohash: Buffer): Handshake {
    const flags = { hasExtensions: true, hasFast: true, hasDht: false, hasV2: kind === "hybrid" };
    return { infohash, peerId: this.peerId, ...flags };
  }

  private async serve(
    torrent: SharedTorrent,
    greeted: Greeted,
    peer: string,
    calledPort: number | null,
  ): Promise<void> {
    const { socket, handshake, early } = greeted;
    const { onFault, onUploaded, limits, torrents, maxConnectionsPerRelease } = this.options;
    const { release } = torrent;
    try {
      const loaded = await torrents.load(torrent);
      // A tracker names us to ourselves.
      const isMany = this.countOf(release) >= (maxConnectionsPerRelease ?? Number.POSITIVE_INFINITY);
      if (socket.destroyed || isMany || handshake.peerId.equals(this.peerId)) {
        socket.destroy();
        return;
      }
      const session: SeedSession = new SeedSession({
        greeted,
        torrent: loaded,
        exchanges: this.exchanges,
        calledPort,
        choker: this.choker,
        rateLimits: limits.of(release),
        showing: torrent.growing ?? this.superSeedingOf(torrent, loaded),
        buffers: this.buffers,
        onUploaded: (bytes) => onUploaded(torrent, bytes),
        onEnd: (reason) => {
          this.sessions.delete(session);
          this.byRelease.set(release, this.countOf(release) - 1);
          if (reason !== null) onFault?.({ release, peer, reason });
        },
      });
      this.sessions.set(session, torrent);
      this.byRelease.set(release, this.countOf(release) + 1);
      session.start(early);
      socket.resume();
    } catch (error) {
      socket.destroy();
      onFault?.({ release, peer, reason: errorMessage(error) });
    }
  }

  private countOf(release: string): number {
    return this.byRelease.get(release) ?? 0;
  }

  private superSeedingOf(torrent: SharedTorrent, { content }: LoadedTorrent): SuperSeeding | null {
    if (!(this.options.isSuperSeeded?.(torrent) ?? false)) return null;
    const superSeeding = this.superSeedings.get(torrent) ?? new SuperSeeding(content.pieceCount);
    this.superSeedings.set(torrent, superSeeding);
    return superSeeding;
  }
}

/** BEP 52: what a connection for the v1 id of a hybrid may become, when both sides know the v2 id (20 bytes of it). */
function upgradedFrom({ kind, infohashes }: SharedTorrent, infohash: Buffer): Buffer | null {
  const [v1, v2] = infohashes;
  if (kind !== "hybrid" || v2 === undefined || infohash.toString("hex") !== v1) return null;
  return Buffer.from(v2, "hex");
}
