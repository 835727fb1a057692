import type Client from "bittorrent-dht";
import { errorMessage, FailedError } from "../../core/index.ts";
import { believablePeers } from "../peer/believable-peers.ts";
import type { PeerAddress } from "../peer/greet.ts";

export interface DhtOptions {
  /** IPv4 address to listen on; all of the machine without it. */
  readonly host?: string | undefined;
  /** UDP; 0 for any that is free. */
  readonly port: number;
  /** Nodes to begin with; null: the routers that the library knows. */
  readonly bootstrap: readonly PeerAddress[] | null;
}

/** Announced peers are forgotten after this: those that are still there announce again within it (BEP 5). */
const FORGET_MS = 45 * 60_000;
const MAX_ANNOUNCED_PEERS = 10_000;
const CLOSE_MS = 2000;

/** The distributed hash table (BEP 5), IPv4. Infohashes of v2 are cut to 20 bytes there (BEP 52). */
export class Dht {
  private readonly client: Client;
  private readonly listeners = new Map<string, Set<(peers: readonly PeerAddress[]) => void>>();

  private constructor(client: Client) {
    this.client = client;
    client.on(
      "peer",
      (peer: PeerAddress, infohash: Buffer, from: { host?: string; address?: string } | null) => {
        const listeners = this.listeners.get(Buffer.from(infohash).toString("hex"));
        if (!listeners) return;
        // Without a node it is one that was announced to ourselves, by its own address.
        const peers = believablePeers(from?.host ?? from?.address ?? peer.host, [peer]);
        for (const listener of peers.length > 0 ? listeners : []) listener(peers);
      },
    );
    // What strangers send wrongly is passed over; a socket that fails later gives no answers.
    client.on("warning", () => {});
    client.on("error", () => {});
  }

  /** Throws `FailedError` when the port cannot be had. */
  static async open({ host, port, bootstrap }: DhtOptions): Promise<Dht> {
    const { default: NewClient } = await import("bittorrent-dht");
    const nodes = bootstrap?.map((node) => `${node.host}:${node.port}`);
    const client = new NewClient({
      ...(nodes && { bootstrap: nodes.length > 0 ? nodes : (false as const) }),
      maxAge: FORGET_MS,
      maxPeers: MAX_ANNOUNCED_PEERS,
    });
    return await new Promise((resolve, reject) => {
      const onError = (error: Error): void => {
        client.destroy(() => {});
        const place = `${host ?? "any address"}, UDP port ${port}`;
        reject(
          new FailedError(`the DHT cannot listen on ${place}: ${errorMessage(error)}`, { cause: error }),
        );
      };
      client.once("error", onError);
      client.listen(port, host, () => {
        client.off("error", onError);
        resolve(new Dht(client));
      });
    });
  }

  get port(): number {
    return this.client.address().port;
  }

  /** Nodes that are known. */
  get nodes(): number {
    return this.client.toJSON().nodes.length;
  }

  /** Somebody said that there is a node (BEP 5 `port`). */
  addNode(node: PeerAddress): void {
    this.client.addNode({ host: node.host, port: node.port });
  }

  /** Tells the nodes next to the infohash (20 bytes) that we take connections for it on this TCP port. */
  announce(infohash: Buffer, port: number): Promise<void> {
    return new Promise((resolve) => this.client.announce(infohash, port, () => resolve()));
  }

  /** Asks for peers; resolves when nobody is left to ask. */
  async lookup(
    infohash: Buffer,
    onPeers: (peers: readonly PeerAddress[]) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const key = infohash.toString("hex");
    const listeners = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listeners.add(onPeers));
    try {
      await new Promise<void>((resolve) => {
        const abort = this.client.lookup(infohash, () => resolve());
        const onAbort = (): void => {
          abort();
          resolve();
        };
        if (signal?.aborted) onAbort();
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    } finally {
      listeners.delete(onPeers);
      if (listeners.size === 0) this.listeners.delete(key);
    }
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([late, new Promise<void>((resolve) => this.client.destroy(() => resolve()))]);
    clearTimeout(timer);
  }
}
