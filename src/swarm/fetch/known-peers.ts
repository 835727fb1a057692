import { believablePeers } from "../peer/believable-peers.ts";
import type { PeerAddress } from "../peer/greet.ts";

/** A peer, and the infohash (20 bytes) it is said to have; null: it was named by hand, for the torrent. */
export interface KnownPeer extends PeerAddress {
  readonly infohash: Buffer | null;
}

/** Most peers that are remembered, beside those named by hand. */
const MAX_LEARNED = 200;

/** Who may have a torrent: those named by hand, and those that trackers and other peers name. */
export class KnownPeers {
  private readonly peers = new Map<string, KnownPeer>();
  private readonly listeners = new Set<(peer: KnownPeer) => void>();
  private learned = 0;

  constructor(named: readonly PeerAddress[]) {
    for (const { host, port } of named) this.peers.set(`${host} ${port}`, { host, port, infohash: null });
  }

  get all(): readonly KnownPeer[] {
    return [...this.peers.values()];
  }

  /** `from` is the host of who names them. */
  learn(from: string, peers: readonly PeerAddress[], infohash: Buffer): void {
    for (const { host, port } of believablePeers(from, peers)) {
      const key = `${host} ${port}`;
      if (this.peers.has(key)) continue;
      if (this.learned === MAX_LEARNED) return;
      this.learned += 1;
      const peer = { host, port, infohash };
      this.peers.set(key, peer);
      for (const listener of this.listeners) listener(peer);
    }
  }

  /** Calls the listener for each one that is learned from now on, until the function that it returns is called. */
  onLearned(listener: (peer: KnownPeer) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
