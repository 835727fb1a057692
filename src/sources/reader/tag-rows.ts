import type { ITag } from "music-metadata";
import { freeKey, id3Key, id3v1Key, infoKey, mp4Key } from "./tag-keys.ts";
import { type TagValue, tagValues } from "./tag-values.ts";

/** One value of a tag: a row of `tags.parquet`. */
export interface TagRow {
  readonly key: string;
  readonly value: string;
  /** Kind of tag and its own name there, `ID3v2.4:TSRC`. */
  readonly native: string;
}

export interface TagRows {
  readonly rows: readonly TagRow[];
  /** Something was longer or more than is kept. */
  readonly isCut: boolean;
}

export const MAX_VALUE_BYTES = 65_536;
export const MAX_ROWS_PER_FILE = 2000;
export const MAX_TAG_BYTES_PER_FILE = 1_048_576;
const MAX_NATIVE_LENGTH = 300;

/** The kinds of tag from the one to believe first to the one to believe last. */
const KINDS = ["vorbis", "iTunes", "ID3v2.4", "ID3v2.3", "ID3v2.2", "APEv2", "exif", "ID3v1"];

/**
 * The rows of a file's tags. A file may have tags of several kinds; where two speak of the same key, the kind that comes
 * first gives the values, and other values of the later kinds are kept under a key of their own (`ID3V1:TITLE`).
 */
export function tagRows(
  native: Readonly<Record<string, readonly ITag[]>>,
  warnings: readonly string[],
): TagRows {
  const rows: TagRow[] = [];
  const seen = new Set<string>();
  const kindOf = new Map<string, string>();
  let bytes = 0;
  let isCut = false;
  for (const { kind, value } of valuesInOrder(native, warnings)) {
    const key = keyOf(kind, value);
    const text = cut(value.text);
    if (text.length < value.text.length) isCut = true;
    const identity = `${key}\0${text}`;
    if (key === "" || text === "" || seen.has(identity)) continue;
    bytes += Buffer.byteLength(text);
    if (rows.length === MAX_ROWS_PER_FILE || bytes > MAX_TAG_BYTES_PER_FILE) return { rows, isCut: true };
    seen.add(identity);
    const owner = kindOf.get(key) ?? kind;
    kindOf.set(key, owner);
    rows.push({
      key: owner === kind ? key : `${kind.toUpperCase()}:${key}`,
      value: text,
      native: `${kind}:${value.id}`.slice(0, MAX_NATIVE_LENGTH),
    });
  }
  return { rows, isCut };
}

function* valuesInOrder(
  native: Readonly<Record<string, readonly ITag[]>>,
  warnings: readonly string[],
): Generator<{ kind: string; value: TagValue }> {
  for (const kind of KINDS) {
    for (const tag of joinedSlashes(kind, native[kind] ?? [], warnings)) {
      for (const value of tagValues(kind, tag)) yield { kind, value };
    }
  }
}

function keyOf(kind: string, { id, name, text }: TagValue): string {
  if (name !== null) return freeKey(name);
  if (kind === "exif") return infoKey(id, text);
  if (kind === "ID3v1") return id3v1Key(id);
  if (kind === "iTunes") return mp4Key(id);
  return kind.startsWith("ID3v2") ? id3Key(id) : freeKey(id);
}

/**
 * The tag reader splits some frames of ID3v2.3 at every slash, as that standard wants; in real files a slash is mostly
 * part of a name (AC/DC) or of a licence's address. Put together again, unless the values were apart by NUL.
 */
function joinedSlashes(kind: string, tags: readonly ITag[], warnings: readonly string[]): readonly ITag[] {
  if (kind !== "ID3v2.3" && kind !== "ID3v2.2") return tags;
  const joined: ITag[] = [];
  for (const tag of tags) {
    const frame = tag.id.split(":", 1)[0] ?? "";
    const last = joined.at(-1);
    const wasSplit =
      SPLIT_AT_SLASH.has(frame) && !warnings.some((warning) => warning.includes(` ${frame} uses non`));
    if (wasSplit && last?.id === tag.id && typeof last.value === "string" && typeof tag.value === "string") {
      joined[joined.length - 1] = { id: tag.id, value: `${last.value}/${tag.value}` };
    } else joined.push(tag);
  }
  return joined;
}

const SPLIT_AT_SLASH: ReadonlySet<string> = new Set(["TPE1", "TCOM", "TEXT", "TOLY", "TOPE", "TSRC", "TXXX"]);

/** At most `MAX_VALUE_BYTES` of UTF-8, cut between characters. */
function cut(text: string): string {
  if (text.length * 3 <= MAX_VALUE_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_VALUE_BYTES));
  return text.slice(0, read);
}
