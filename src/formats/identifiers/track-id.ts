import { createHash } from "node:crypto";
import { decodeBase32, encodeBase32 } from "./crockford-base32.ts";
import { accept, type IdentifierResult } from "./result.ts";

/** A track's name everywhere: 13 characters of Crockford base32, upper case, holding 64 bits. */
export type TrackId = string;

/**
 * The id of what `source` calls `key`: the first 8 bytes, big endian, of
 * SHA-256(UTF-8 of `source`, one zero byte, `key`). A string key is taken as UTF-8.
 *
 * @throws RangeError when `source` holds a NUL, which would let two sources share an id
 */
export function trackIdOf(source: string, key: string | Uint8Array): TrackId {
  if (source.includes("\0")) throw new RangeError("a source name cannot hold a NUL");
  const digest = createHash("sha256").update(source, "utf8").update("\0").update(key).digest();
  return encodeBase32(digest.readBigUInt64BE(0));
}

/** The canonical spelling of an id that a person typed: lower case, I, L and O are forgiven. */
export function parseTrackId(text: string): IdentifierResult<TrackId> {
  const decoded = decodeBase32(text.trim());
  return decoded.ok ? accept(encodeBase32(decoded.value)) : decoded;
}

/** @throws RangeError when the number is not an unsigned 64-bit one */
export function trackIdFromBigInt(value: bigint): TrackId {
  return encodeBase32(value);
}

export function trackIdToBigInt(id: string): IdentifierResult<bigint> {
  return decodeBase32(id);
}
