import {
  type Announce,
  type AnnounceReply,
  boundedInterval,
  parseCompactPeers,
  type ScrapeCounts,
  type TrackerResult,
} from "./announce.ts";

/** BEP 15: what the first packet begins with. */
const PROTOCOL_ID = 0x41727101980n;
const ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const EVENT = { completed: 1, started: 2, stopped: 3 } as const;
/** BEP 15: a connection id is good for a minute. */
export const CONNECTION_ID_MS = 60_000;
/** BEP 15: about 74 torrents fit a packet. */
export const MAX_SCRAPED = 74;

/** 16 bytes that ask for a connection id. */
export function encodeConnect(transaction: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(PROTOCOL_ID, 0);
  bytes.writeUInt32BE(ACTION.connect, 8);
  bytes.writeUInt32BE(transaction, 12);
  return bytes;
}

/** 98 bytes. */
export function encodeAnnounce(connection: bigint, transaction: number, announce: Announce): Buffer {
  const bytes = Buffer.alloc(98);
  writeHead(bytes, connection, ACTION.announce, transaction);
  announce.infohash.copy(bytes, 16, 0, 20);
  announce.peerId.copy(bytes, 36, 0, 20);
  bytes.writeBigUInt64BE(BigInt(announce.downloadedBytes), 56);
  bytes.writeBigUInt64BE(BigInt(announce.leftBytes), 64);
  bytes.writeBigUInt64BE(BigInt(announce.uploadedBytes), 72);
  bytes.writeUInt32BE(announce.event === null ? 0 : EVENT[announce.event], 80);
  bytes.writeUInt32BE(announce.key >>> 0, 88);
  bytes.writeInt32BE(announce.wantedPeers, 92);
  bytes.writeUInt16BE(announce.port, 96);
  return bytes;
}

/** 16 bytes and 20 for each infohash, at most `MAX_SCRAPED` of them. */
export function encodeScrape(connection: bigint, transaction: number, infohashes: readonly Buffer[]): Buffer {
  const bytes = Buffer.alloc(16 + 20 * infohashes.length);
  writeHead(bytes, connection, ACTION.scrape, transaction);
  infohashes.forEach((infohash, index) => {
    infohash.copy(bytes, 16 + 20 * index, 0, 20);
  });
  return bytes;
}

/** The transaction that a packet answers; null for one that is too short. */
export function transactionOf(packet: Buffer): number | null {
  return packet.length < 8 ? null : packet.readUInt32BE(4);
}

export function parseConnectReply(packet: Buffer): TrackerResult<bigint> {
  const fault = replyFault(packet, ACTION.connect, 16);
  return fault ?? { ok: true, value: packet.readBigUInt64BE(8) };
}

/** `isIpv6` tells what the packet came over: peers have addresses of that kind (BEP 15). */
export function parseUdpAnnounceReply(packet: Buffer, isIpv6: boolean): TrackerResult<AnnounceReply> {
  const fault = replyFault(packet, ACTION.announce, 20);
  if (fault) return fault;
  return {
    ok: true,
    value: {
      intervalSeconds: boundedInterval(packet.readUInt32BE(8)),
      leechers: packet.readUInt32BE(12),
      seeders: packet.readUInt32BE(16),
      peers: parseCompactPeers(packet.subarray(20), isIpv6 ? 16 : 4),
    },
  };
}

/** Counts in the order of the infohashes that were asked about. */
export function parseUdpScrapeReply(packet: Buffer, count: number): TrackerResult<readonly ScrapeCounts[]> {
  const fault = replyFault(packet, ACTION.scrape, 8 + 12 * count);
  if (fault) return fault;
  return {
    ok: true,
    value: Array.from({ length: count }, (_, index) => ({
      seeders: packet.readUInt32BE(8 + 12 * index),
      completed: packet.readUInt32BE(12 + 12 * index),
      leechers: packet.readUInt32BE(16 + 12 * index),
    })),
  };
}

function writeHead(bytes: Buffer, connection: bigint, action: number, transaction: number): void {
  bytes.writeBigUInt64BE(connection, 0);
  bytes.writeUInt32BE(action, 8);
  bytes.writeUInt32BE(transaction, 12);
}

function replyFault(
  packet: Buffer,
  action: number,
  leastBytes: number,
): { readonly ok: false; readonly reason: string } | null {
  if (packet.length < 8) return { ok: false, reason: "answers too little" };
  const answered = packet.readUInt32BE(0);
  if (answered === ACTION.error) {
    return { ok: false, reason: `says no: ${packet.toString("utf8", 8).slice(0, 200)}` };
  }
  if (answered !== action) return { ok: false, reason: "answers another question" };
  return packet.length < leastBytes ? { ok: false, reason: "answers too little" } : null;
}
