import type { ITag } from "music-metadata";

/** A value of a native tag as text. */
export interface TagValue {
  /** The tag's own name, with its description where it has one (`TXXX:MusicBrainz Album Id`). */
  readonly id: string;
  /** A free name that says more than `id` does, or null. */
  readonly name: string | null;
  readonly text: string;
}

const PICTURE_KEY = "METADATA_BLOCK_PICTURE";
const MUSICBRAINZ_OWNER = "http://musicbrainz.org"; // owner of the UFID frame that holds a recording's MBID
const MAX_UFID_BYTES = 64; // ID3v2.4.0 frames, 4.1

/** The texts in a native tag: none for binary ones, several where one tag holds several values. */
export function tagValues(kind: string, tag: ITag): TagValue[] {
  const { id, value } = tag;
  if (typeof value === "string") return textValues(kind, id, value);
  if (typeof value === "number" || typeof value === "bigint") return [plain(id, String(value))];
  if (typeof value === "boolean") return [plain(id, value ? "1" : "0")];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  if ("data" in value && value.data instanceof Uint8Array) return picture(id, value, value.data);
  if ("text" in value && typeof value.text === "string") return described(id, value, value.text);
  if ("url" in value && typeof value.url === "string") return described(id, value, value.url);
  if ("owner_identifier" in value && "identifier" in value) return uniqueId(id, value);
  if (/^(TIPL|TMCL|IPLS)$/.test(id)) return credits(id, value);
  return [];
}

function textValues(kind: string, id: string, value: string): TagValue[] {
  if (kind === "iTunes") return mp4Values(id, value);
  if (id === "TXX") {
    // The user text of ID3v2.2, which the reader does not take apart: description, NUL, value.
    const end = value.indexOf("\0");
    return end < 0 ? [] : [plain(`TXX:${value.slice(0, end)}`, withoutPadding(value.slice(end + 1)))];
  }
  // NUL parts the values of an ID3v2 or APEv2 text; elsewhere it is padding, or damage that is kept to be seen.
  const parts = /^(ID3v2|APEv2)/.test(kind) ? value.split("\0", MAX_PARTS) : [withoutPadding(value)];
  return parts.map((text) => plain(id, text));
}

const MAX_PARTS = 2001;

/** `trkn` and `disk` hold two numbers, and 0 means that there is none. */
function mp4Values(id: string, value: string): TagValue[] {
  if (id !== "trkn" && id !== "disk") return [plain(id, withoutPadding(value))];
  const [number = "0", total = "0"] = value.split("/");
  if (number === "0" && total === "0") return [];
  return [plain(id, total === "0" ? number : `${number}/${total}`)];
}

/** Covers are not stored: their kind and size are said, so that one knows that there is one. */
function picture(id: string, value: object, data: Uint8Array): TagValue[] {
  if (!/^(METADATA_BLOCK_PICTURE|APIC|PIC|covr|Cover Art.*)$/i.test(id)) return [];
  const format = stringField(value, "format") ?? "unknown";
  return [{ id, name: PICTURE_KEY, text: `${format}; ${data.length} bytes` }];
}

function described(id: string, value: object, text: string): TagValue[] {
  const description = stringField(value, "descriptor") ?? stringField(value, "description") ?? "";
  const base = TEXTS_WITH_DESCRIPTION.get(id) ?? id;
  const isLicence = base === "URL" && /^licen[cs]e/i.test(description);
  const name = isLicence ? "LICENSE" : description === "" ? base : `${base}:${description}`;
  const nativeId = description === "" ? id : `${id}:${description}`;
  return [{ id: nativeId, name, text: withoutPadding(text) }];
}

const TEXTS_WITH_DESCRIPTION: ReadonlyMap<string, string> = new Map([
  ["COMM", "COMMENT"],
  ["COM", "COMMENT"],
  ["USLT", "LYRICS"],
  ["ULT", "LYRICS"],
  ["WXXX", "URL"],
  ["WXX", "URL"],
]);

function uniqueId(id: string, value: { owner_identifier: unknown; identifier: unknown }): TagValue[] {
  const { owner_identifier: owner, identifier } = value;
  if (typeof owner !== "string" || !(identifier instanceof Uint8Array)) return [];
  const text = withoutPadding(Buffer.from(identifier).toString("latin1", 0, MAX_UFID_BYTES + 1));
  if (text.length > MAX_UFID_BYTES || !/^[\x20-\x7e]+$/.test(text)) return [];
  const name = owner === MUSICBRAINZ_OWNER ? "MUSICBRAINZ_TRACKID" : `UFID:${owner}`;
  return [{ id: `${id}:${owner}`, name, text }];
}

/** Credits: `{ engineer: ["A"] }` is a role of its own, a musician (TMCL) plays an instrument. */
function credits(id: string, value: object): TagValue[] {
  return Object.entries(value).flatMap(([role, people]: [string, unknown]) =>
    (Array.isArray(people) ? people : []).flatMap((person: unknown) => {
      if (typeof person !== "string" || person === "") return [];
      const asPerformer = { name: "PERFORMER", text: `${person} (${role})` };
      return [{ id: `${id}:${role}`, ...(id === "TMCL" ? asPerformer : { name: role, text: person }) }];
    }),
  );
}

function plain(id: string, text: string): TagValue {
  return { id, name: null, text };
}

function stringField(value: object, field: string): string | null {
  const found: unknown = Reflect.get(value, field);
  return typeof found === "string" ? found : null;
}

/** Not a regular expression: a long run of NULs that is not at the end would take it quadratic time. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}
