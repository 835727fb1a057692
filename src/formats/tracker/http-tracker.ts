import {
  type BencodeDictionary,
  type BencodeItem,
  bencodeMember,
  decodeBencode,
  isBencodeDictionary,
  isBencodeList,
} from "../bencode/decode.ts";
import {
  type Announce,
  type AnnouncedPeer,
  type AnnounceReply,
  boundedInterval,
  MAX_PEERS,
  parseCompactPeers,
  type ScrapeCounts,
  type TrackerResult,
} from "./announce.ts";

/** Longest answer that is read: a thousand peers in the long form. */
export const MAX_TRACKER_REPLY_BYTES: number = 1024 * 1024;
const MAX_HOST_CHARACTERS = 253;

/** The URL to ask (BEP 3, 7, 23): the bytes of infohash and peer id are escaped one by one. */
export function announceUrl(tracker: string, announce: Announce): string {
  const fields: readonly (readonly [string, string])[] = [
    ["info_hash", escaped(announce.infohash)],
    ["peer_id", escaped(announce.peerId)],
    ["port", String(announce.port)],
    ["uploaded", String(announce.uploadedBytes)],
    ["downloaded", String(announce.downloadedBytes)],
    ["left", String(announce.leftBytes)],
    ["compact", "1"],
    ["numwant", String(announce.wantedPeers)],
    ["key", (announce.key >>> 0).toString(16)],
    ...(announce.event === null ? [] : [["event", announce.event] as const]),
  ];
  return withQuery(tracker, fields);
}

/** The URL of a scrape for these torrents (BEP 48); null for a tracker whose address has none. */
export function scrapeUrl(tracker: string, infohashes: readonly Buffer[]): string | null {
  const url = new URL(tracker);
  const names = url.pathname.split("/");
  const last = names.pop() ?? "";
  if (!last.startsWith("announce")) return null;
  url.pathname = [...names, last.replace(/^announce/, "scrape")].join("/");
  return withQuery(
    url.href,
    infohashes.map((infohash) => ["info_hash", escaped(infohash)]),
  );
}

/** Reads what an HTTP tracker answers to an announce. */
export function parseAnnounceReply(bytes: Uint8Array): TrackerResult<AnnounceReply> {
  const read = readReply(bytes);
  if (!read.ok) return read;
  const reply = read.value;
  const peers = bencodeMember(reply, "peers");
  const peers6 = bencodeMember(reply, "peers6");
  return {
    ok: true,
    value: {
      intervalSeconds: boundedInterval(count(reply, "interval") ?? 0),
      seeders: count(reply, "complete"),
      leechers: count(reply, "incomplete"),
      peers: [
        ...(Buffer.isBuffer(peers) ? parseCompactPeers(peers, 4) : listedPeers(peers)),
        ...(Buffer.isBuffer(peers6) ? parseCompactPeers(peers6, 16) : []),
      ].slice(0, MAX_PEERS),
    },
  };
}

/** Reads what an HTTP tracker answers to a scrape, by the hex of the infohash. */
export function parseScrapeReply(bytes: Uint8Array): TrackerResult<ReadonlyMap<string, ScrapeCounts>> {
  const read = readReply(bytes);
  if (!read.ok) return read;
  const files = bencodeMember(read.value, "files");
  const counts = new Map<string, ScrapeCounts>();
  for (const [infohash, file] of isBencodeDictionary(files) ? files : []) {
    if (infohash.length !== 20 || !isBencodeDictionary(file)) continue;
    counts.set(infohash.toString("hex"), {
      seeders: count(file, "complete") ?? 0,
      leechers: count(file, "incomplete") ?? 0,
      completed: count(file, "downloaded") ?? 0,
    });
  }
  return { ok: true, value: counts };
}

function readReply(bytes: Uint8Array): TrackerResult<BencodeDictionary> {
  const decoded = decodeBencode(bytes, {
    maxBytes: MAX_TRACKER_REPLY_BYTES,
    maxItems: 50_000,
    keysInAnyOrder: true,
    bytesMayFollow: true,
  });
  if (!decoded.ok) return { ok: false, reason: `answers no bencode: ${decoded.reason}` };
  if (!isBencodeDictionary(decoded.value)) return { ok: false, reason: "answers no dictionary" };
  const failure = bencodeMember(decoded.value, "failure reason");
  if (!Buffer.isBuffer(failure)) return { ok: true, value: decoded.value };
  return { ok: false, reason: `says no: ${failure.toString("utf8").slice(0, 200)}` };
}

/** The long form of BEP 3: a dictionary for each peer. */
function listedPeers(item: BencodeItem | undefined): readonly AnnouncedPeer[] {
  const peers: AnnouncedPeer[] = [];
  for (const peer of isBencodeList(item) ? item.slice(0, MAX_PEERS) : []) {
    if (!isBencodeDictionary(peer)) continue;
    const host = bencodeMember(peer, "ip");
    const port = count(peer, "port");
    if (!Buffer.isBuffer(host) || host.length > MAX_HOST_CHARACTERS || port === null) continue;
    if (port >= 1 && port <= 65_535) peers.push({ host: host.toString("latin1"), port });
  }
  return peers;
}

function count(dictionary: BencodeDictionary, key: string): number | null {
  const value = bencodeMember(dictionary, key);
  if (typeof value !== "bigint" || value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return Number(value);
}

function withQuery(tracker: string, fields: readonly (readonly [string, string])[]): string {
  const query = fields.map(([name, value]) => `${name}=${value}`).join("&");
  return `${tracker}${tracker.includes("?") ? "&" : "?"}${query}`;
}

function escaped(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
