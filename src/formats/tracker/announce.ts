/** What a peer tells a tracker of itself and a torrent (BEP 3). */
export interface Announce {
  /** 20 bytes; of a v2 infohash the first 20. */
  readonly infohash: Buffer;
  /** 20 bytes. */
  readonly peerId: Buffer;
  readonly port: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly leftBytes: number;
  readonly event: "started" | "stopped" | "completed" | null;
  /** How many peers are wanted. */
  readonly wantedPeers: number;
  /** 32 bits that stay the same when the address changes. */
  readonly key: number;
}

export interface AnnouncedPeer {
  readonly host: string;
  readonly port: number;
}

export interface AnnounceReply {
  /** Until the next announce. */
  readonly intervalSeconds: number;
  readonly seeders: number | null;
  readonly leechers: number | null;
  readonly peers: readonly AnnouncedPeer[];
}

export interface ScrapeCounts {
  readonly seeders: number;
  readonly leechers: number;
  readonly completed: number;
}

/** A reply, or why there is none. */
export type TrackerResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** BEP 3 and 15: nobody waits shorter, whatever a tracker says, and nobody longer than a day. */
const MIN_INTERVAL_SECONDS = 60;
const MAX_INTERVAL_SECONDS = 86_400;
export const MAX_PEERS = 1000;

export function boundedInterval(seconds: number): number {
  return Math.min(MAX_INTERVAL_SECONDS, Math.max(MIN_INTERVAL_SECONDS, seconds));
}

/** Compact peers (BEP 23): 4 bytes of address and 2 of port; BEP 7: 16 and 2. Peers without a port are left out. */
export function parseCompactPeers(bytes: Buffer, addressBytes: 4 | 16): readonly AnnouncedPeer[] {
  const size = addressBytes + 2;
  const peers: AnnouncedPeer[] = [];
  for (let offset = 0; offset + size <= bytes.length && peers.length < MAX_PEERS; offset += size) {
    const port = bytes.readUInt16BE(offset + addressBytes);
    const address = bytes.subarray(offset, offset + addressBytes);
    if (port > 0) peers.push({ host: addressBytes === 4 ? [...address].join(".") : ipv6(address), port });
  }
  return peers;
}

function ipv6(address: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16));
  return groups.join(":");
}
