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

/** The compact form of a peer (BEP 7, 23): 6 bytes for an IPv4 address, 18 for an IPv6 one; null for a name, or what is neither. */
export function encodeCompactPeer({ host, port }: AnnouncedPeer): Buffer | null {
  const address = host.includes(":") ? ipv6Bytes(host) : ipv4Bytes(host);
  if (address === null || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
  return Buffer.concat([address, Buffer.from([port >>> 8, port & 0xff])]);
}

function ipv4Bytes(host: string): Buffer | null {
  const parts = host.split(".");
  const isAddress =
    parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isAddress ? Buffer.from(parts.map(Number)) : null;
}

function ipv6Bytes(host: string): Buffer | null {
  // A URL has the address checked, in hexadecimal groups, and its longest run of zeros as "::".
  if (!/^[\da-f:.]+$/i.test(host) || !URL.canParse(`http://[${host}]/`)) return null;
  const [before = "", after = ""] = new URL(`http://[${host}]/`).hostname.slice(1, -1).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const zeros = 8 - groups(before).length - groups(after).length;
  const all = [...groups(before), ...Array<string>(zeros).fill("0"), ...groups(after)];
  return Buffer.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >>> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

/** In the one form of RFC 5952, which a URL gives. */
function ipv6(address: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
