import type { PeerAddress } from "../peer/greet.ts";
import type { Dht } from "./dht.ts";

export interface DhtAnnouncerOptions {
  readonly dht: Dht;
  /** TCP port of our peer. */
  readonly port: number;
  /** What is here now, 20 bytes each. */
  readonly infohashes: () => readonly Buffer[];
  /** Whether the torrent is private (BEP 27): it is not announced. */
  readonly isPrivate: (infohash: Buffer) => Promise<boolean>;
  /** Peers that were found on the way. */
  readonly onPeers: (infohash: Buffer, peers: readonly PeerAddress[]) => void;
  /** Between two announcements, and between two of the same infohash; see the constants. */
  readonly pauseMs?: number;
  readonly everyMs?: number;
}

/** Each takes some fifty packets: two a second are a thin stream, and three thousand in a round. */
const PAUSE_MS = 500;
const EVERY_MS = 25 * 60_000;

/** Announces everything that is here to the DHT, one after the other, again and again. */
export class DhtAnnouncer {
  private readonly options: DhtAnnouncerOptions;
  private readonly announcedMs = new Map<string, number>();
  private readonly stop = new AbortController();
  private readonly running: Promise<void>;

  constructor(options: DhtAnnouncerOptions) {
    this.options = options;
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.options;
    while (!this.stop.signal.aborted) {
      const infohash = this.next();
      if (infohash !== null) await Promise.race([this.announce(infohash), this.aborted()]);
      await this.pause(pauseMs);
    }
  }

  /** The one that waits longest, when its time has come. */
  private next(): Buffer | null {
    const { infohashes, everyMs = EVERY_MS } = this.options;
    let first: Buffer | null = null;
    let firstMs = performance.now() - everyMs;
    for (const infohash of infohashes()) {
      const lastMs = this.announcedMs.get(infohash.toString("hex")) ?? Number.NEGATIVE_INFINITY;
      if (lastMs >= firstMs) continue;
      first = infohash;
      firstMs = lastMs;
    }
    return first;
  }

  private async announce(infohash: Buffer): Promise<void> {
    const { dht, port, isPrivate, onPeers } = this.options;
    this.announcedMs.set(infohash.toString("hex"), performance.now());
    // What cannot be read is not announced either.
    if (await isPrivate(infohash).catch(() => true)) return;
    await dht.lookup(infohash, (peers) => onPeers(infohash, peers), this.stop.signal);
    if (!this.stop.signal.aborted) await dht.announce(infohash, port);
  }

  private aborted(): Promise<void> {
    return new Promise((resolve) =>
      this.stop.signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  }

  private pause(ms: number): Promise<void> {
    if (this.stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.stop.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.stop.signal.addEventListener("abort", end, { once: true });
    });
  }
}
