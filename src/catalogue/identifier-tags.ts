import { parseGtin, parseIsrcField, parseIswc, parseMbid } from "../formats/identifiers/index.ts";

export type IdentifiedEntity = "track" | "album" | "artist";

export type IdentifierScheme =
  | "isrc"
  | "iswc"
  | "gtin"
  | "catalogue-number"
  | "mbid-recording"
  | "mbid-track"
  | "mbid-work"
  | "mbid-release"
  | "mbid-release-group"
  | "mbid-artist"
  | "acoustid";

/** One identifier read from a tag: `value` is normalised, or null with the reason why it is none. */
export interface IdentifierEntry {
  readonly entity: IdentifiedEntity;
  readonly scheme: IdentifierScheme;
  readonly raw: string;
  readonly value: string | null;
  readonly reason: string | null;
}

interface TagRule {
  readonly entity: IdentifiedEntity;
  readonly scheme: IdentifierScheme;
  readonly parse: (value: string) => readonly Parsed[];
}

interface Parsed {
  readonly raw: string;
  readonly value: string | null;
  readonly reason: string | null;
}

/** Longer values are no identifiers; they are kept cut to this length, marked as malformed. */
const MAX_RAW_CHARS = 256;

const RULES: ReadonlyMap<string, TagRule> = new Map([
  ["ISRC", { entity: "track", scheme: "isrc", parse: isrcs }],
  ["ISWC", { entity: "track", scheme: "iswc", parse: single(parseIswc) }],
  ["MUSICBRAINZ_TRACKID", { entity: "track", scheme: "mbid-recording", parse: single(parseMbid) }],
  ["MUSICBRAINZ_RELEASETRACKID", { entity: "track", scheme: "mbid-track", parse: single(parseMbid) }],
  ["MUSICBRAINZ_WORKID", { entity: "track", scheme: "mbid-work", parse: single(parseMbid) }],
  ["ACOUSTID_ID", { entity: "track", scheme: "acoustid", parse: single(parseMbid) }],
  ["MUSICBRAINZ_ALBUMID", { entity: "album", scheme: "mbid-release", parse: single(parseMbid) }],
  ["MUSICBRAINZ_RELEASEGROUPID", { entity: "album", scheme: "mbid-release-group", parse: single(parseMbid) }],
  ["BARCODE", { entity: "album", scheme: "gtin", parse: single(gtin14) }],
  ["CATALOGNUMBER", { entity: "album", scheme: "catalogue-number", parse: single(catalogueNumber) }],
  ["MUSICBRAINZ_ARTISTID", { entity: "artist", scheme: "mbid-artist", parse: single(parseMbid) }],
]);

/** The tags that hold identifiers, in upper case. */
export const IDENTIFIER_TAGS: readonly string[] = [...RULES.keys()];

/** The identifiers in the value of one tag; an empty list for a tag that holds none. Never throws. */
export function parseIdentifierTag(key: string, value: string): IdentifierEntry[] {
  const rule = RULES.get(key);
  if (!rule) return [];
  const { entity, scheme } = rule;
  return rule.parse(value).map((parsed) => ({
    entity,
    scheme,
    ...parsed,
    raw: parsed.raw.slice(0, MAX_RAW_CHARS),
  }));
}

function isrcs(value: string): Parsed[] {
  return parseIsrcField(value).map(({ raw, result }) =>
    result.ok ? { raw, value: result.value, reason: null } : { raw, value: null, reason: result.reason },
  );
}

type Result = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: string };

function single(parse: (text: string) => Result): (value: string) => Parsed[] {
  return (value) => {
    const raw = value.trim();
    if (raw === "") return [];
    const result = parse(raw);
    return [
      result.ok ? { raw, value: result.value, reason: null } : { raw, value: null, reason: result.reason },
    ];
  };
}

function gtin14(text: string): Result {
  const result = parseGtin(text);
  return result.ok ? { ok: true, value: result.value.gtin14 } : result;
}

function catalogueNumber(text: string): Result {
  if (text.length > MAX_RAW_CHARS) return { ok: false, reason: "too long" };
  return { ok: true, value: text.replace(/\s+/gu, " ") };
}
