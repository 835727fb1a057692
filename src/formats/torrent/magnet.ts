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
