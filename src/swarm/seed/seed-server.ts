import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { errorMessage, FailedError, systemErrorCode } from "../../core/index.ts";
import { encodeHandshake } from "../../formats/peer-wire/index.ts";
import type { SharedTorrent, SharedTorrents } from "../content/shared-torrents.ts";
import { BatchBuffers } from "./batch-buffers.ts";
import { Choker } from "./choker.ts";
import { awaitHandshake } from "./greet.ts";
import type { RateLimit } from "./rate-limit.ts";
import { SeedSession } from "./seed-session.ts";

/** BEP 3: not more often, or peers never get going. */
const ROTATE_MS = 10_000;

export interface SeedServerOptions {
  readonly torrents: SharedTorrents;
  /** Address to listen on; all of the machine without it. */
  readonly host?: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  readonly rateLimit: RateLimit;
  /** Most connections in all, and from one address; more are closed at once. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Peers that are served at the same time; the others take turns with them. */
  readonly uploadSlots: number;
  readonly onUploaded: (torrent: SharedTorrent, bytes: number) => void;
  /** A torrent that could not be read from disk, or a peer that broke the protocol. */
  readonly onFault?: (fault: {
    readonly release: string;
    readonly peer: string;
    readonly reason: string;
  }) => void;
}

/** Gives away the torrents it has to every peer that connects and asks. It connects to nobody. */
export class SeedServer {
  private readonly options: SeedServerOptions;
  private readonly server: Server;
  private readonly choker: Choker;
  private readonly buffers = new BatchBuffers();
  private readonly peerId = Buffer.concat([Buffer.from("-DW0100-"), randomBytes(12)]);
  private readonly sessions = new Set<SeedSession>();
  private readonly byAddress = new Map<string, number>();
  private readonly rotation: NodeJS.Timeout;

  constructor(options: SeedServerOptions) {
    this.options = options;
    this.choker = new Choker(options.uploadSlots);
    this.server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, (socket) => {
      void this.accept(socket);
    });
    this.server.maxConnections = options.maxConnections;
    this.rotation = setInterval(() => this.choker.rotate(), ROTATE_MS);
    this.rotation.unref();
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
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.end(null);
    await closed;
  }

  private async accept(socket: Socket): Promise<void> {
    const address = socket.remoteAddress ?? "";
    const here = (this.byAddress.get(address) ?? 0) + 1;
    if (here > this.options.maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.byAddress.set(address, here);
    socket.once("close", () => {
      const left = (this.byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.byAddress.set(address, left);
      else this.byAddress.delete(address);
    });
    const greeting = await awaitHandshake(socket);
    if (greeting === null) return;
    const { handshake, early } = greeting;
    const torrent = this.options.torrents.find(handshake.infohash);
    if (torrent === null || handshake.peerId.equals(this.peerId)) {
      socket.destroy();
      return;
    }
    const peer = `${address}:${socket.remotePort}`;
    try {
      const loaded = await this.options.torrents.load(torrent);
      if (socket.destroyed) return;
      const { infohash, hasExtensions, hasFast } = handshake;
      const flags = { hasExtensions: true, hasFast: true, hasDht: false, hasV2: torrent.kind === "hybrid" };
      socket.write(encodeHandshake({ infohash, peerId: this.peerId, ...flags }));
      const session: SeedSession = new SeedSession({
        socket,
        torrent: loaded,
        handshake: { ...handshake, hasExtensions, hasFast },
        choker: this.choker,
        rateLimits: [this.options.rateLimit],
        buffers: this.buffers,
        onUploaded: (bytes) => this.options.onUploaded(torrent, bytes),
        onEnd: (reason) => {
          this.sessions.delete(session);
          if (reason !== null) this.options.onFault?.({ release: torrent.release, peer, reason });
        },
      });
      this.sessions.add(session);
      session.start(early);
      socket.resume();
    } catch (error) {
      socket.destroy();
      this.options.onFault?.({ release: torrent.release, peer, reason: errorMessage(error) });
    }
  }
}
