export interface MagnetOptions {
  /** 20 bytes; null for a v2-only torrent. */
  readonly infohashV1: Buffer | null;
  /** 32 bytes; null for a v1-only torrent. */
  readonly infohashV2: Buffer | null;
  readonly name?: string;
  readonly sizeBytes?: number;
  readonly announce?: readonly string[];
  readonly urlList?: readonly string[];
}

/** Multihash head (BEP 52): function 0x12 is SHA-256, 0x20 its length in bytes. */
const SHA256_MULTIHASH = "1220";

/**
 * Writes a magnet link (BEP 9, BEP 52): `xt=urn:btih:` with 40 hex digits, `xt=urn:btmh:1220` with 64, then `dn` (name),
 * `xl` (size), `tr` (trackers) and `ws` (web seeds).
 */
export function magnetLink(options: MagnetOptions): string {
  const { infohashV1, infohashV2, name, sizeBytes, announce = [], urlList = [] } = options;
  const parts: string[] = [];
  if (infohashV1 !== null) parts.push(`xt=urn:btih:${infohashV1.toString("hex")}`);
  if (infohashV2 !== null) parts.push(`xt=urn:btmh:${SHA256_MULTIHASH}${infohashV2.toString("hex")}`);
  if (parts.length === 0) throw new RangeError("a magnet link needs an infohash");
  if (name !== undefined) parts.push(`dn=${encodeURIComponent(name)}`);
  if (sizeBytes !== undefined) parts.push(`xl=${sizeBytes}`);
  for (const url of announce) parts.push(`tr=${encodeURIComponent(url)}`);
  for (const url of urlList) parts.push(`ws=${encodeURIComponent(url)}`);
  return `magnet:?${parts.join("&")}`;
}

export interface ParsedMagnet {
  readonly infohashV1: Buffer | null;
  readonly infohashV2: Buffer | null;
  readonly name: string | null;
  readonly announce: readonly string[];
  readonly urlList: readonly string[];
}

/** More trackers or web seeds than this in a link are somebody's joke. */
const MAX_URLS = 100;

/** Reads a magnet link (BEP 9, BEP 52) that anybody may have made; null when it names no torrent. */
export function parseMagnet(link: string): ParsedMagnet | null {
  if (!link.startsWith("magnet:?") || link.length > 64 * 1024) return null;
  const parameters = new URLSearchParams(link.slice("magnet:?".length));
  const topics = parameters.getAll("xt");
  const v1 = firstMatch(topics, /^urn:btih:([0-9a-fA-F]{40})$/);
  const v2 = firstMatch(topics, /^urn:btmh:1220([0-9a-fA-F]{64})$/);
  if (v1 === null && v2 === null) return null;
  return {
    infohashV1: v1 === null ? null : Buffer.from(v1, "hex"),
    infohashV2: v2 === null ? null : Buffer.from(v2, "hex"),
    name: parameters.get("dn"),
    announce: parameters.getAll("tr").slice(0, MAX_URLS),
    urlList: parameters.getAll("ws").slice(0, MAX_URLS),
  };
}

function firstMatch(texts: readonly string[], pattern: RegExp): string | null {
  for (const text of texts) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}
