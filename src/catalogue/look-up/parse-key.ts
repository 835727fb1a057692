import {
  packIsrc,
  parseGtin,
  parseIsrc,
  parseMbid,
  parseTrackId,
  trackIdToBigInt,
} from "../../formats/identifiers/index.ts";
import type { Entity } from "../store/tables.ts";

/** What a text may mean to a look-up; a text can be several of these. */
export type Key =
  | { readonly kind: "id"; readonly id: bigint }
  | { readonly kind: "isrc"; readonly packed: bigint; readonly code: string }
  | { readonly kind: "identifier"; readonly entity: Entity; readonly scheme: string; readonly value: string };

/** Schemes whose values are MBIDs, and what they are of. */
const MBID_SCHEMES: readonly (readonly [Entity, scheme: string])[] = [
  ["track", "mbid-recording"],
  ["track", "mbid-track"],
  ["track", "mbid-work"],
  ["track", "acoustid"],
  ["album", "mbid-release"],
  ["album", "mbid-release-group"],
  ["artist", "mbid-artist"],
  ["label", "mbid-label"],
];
const ENTITIES = ["track", "album", "artist", "label"] as const satisfies readonly Entity[];
const NAMED = /^([a-z][a-z0-9-]{1,30}):(.+)$/u;

/** The keys that a person's text can be: our own ids, ISRC, MBID, GTIN, or `scheme:value` for every other scheme. */
export function parseKey(text: string): Key[] {
  const keys: Key[] = [];
  const trimmed = text.trim();
  const id = parseTrackId(trimmed);
  const number = id.ok ? trackIdToBigInt(id.value) : null;
  if (number?.ok) keys.push({ kind: "id", id: number.value });
  const isrc = parseIsrc(trimmed);
  const packed = isrc.ok ? packIsrc(isrc.value) : null;
  if (isrc.ok && packed?.ok) keys.push({ kind: "isrc", packed: packed.value, code: isrc.value });
  const mbid = parseMbid(trimmed);
  if (mbid.ok) {
    for (const [entity, scheme] of MBID_SCHEMES) {
      keys.push({ kind: "identifier", entity, scheme, value: mbid.value });
    }
  }
  const gtin = parseGtin(trimmed);
  if (gtin.ok) keys.push({ kind: "identifier", entity: "album", scheme: "gtin", value: gtin.value.gtin14 });
  const [, scheme, value] = NAMED.exec(trimmed) ?? [];
  if (scheme !== undefined && value !== undefined) {
    for (const entity of ENTITIES) keys.push({ kind: "identifier", entity, scheme, value: value.trim() });
  }
  return keys;
}
