/**
 * Identifiers of music: recordings (ISRC), works (ISWC), products (GTIN), parties (IPI, ISNI, DPID), MusicBrainz
 * ids, and our own track ids. Each parser takes what people type and gives the canonical value or a reason.
 */
export { decodeBase32, encodeBase32 } from "./crockford-base32.ts";
export { parseDpid } from "./dpid.ts";
export { type Gtin, type GtinKind, parseGtin } from "./gtin.ts";
export { parseIpiBase } from "./ipi-base.ts";
export { parseIpiName } from "./ipi-name.ts";
export { formatIsni, parseIsni } from "./isni.ts";
export { formatIsrc, ISRC_CODE_COUNT, packIsrc, parseIsrc, unpackIsrc } from "./isrc.ts";
export { type IsrcFieldEntry, parseIsrcField } from "./isrc-field.ts";
export { formatIswc, parseIswc } from "./iswc.ts";
export { parseMbid } from "./mbid.ts";
export type { IdentifierResult } from "./result.ts";
export { parseTrackId, type TrackId, trackIdFromBigInt, trackIdOf, trackIdToBigInt } from "./track-id.ts";
