import { UsageError } from "../../core/errors.ts";
import { parseIsrc } from "../../formats/identifiers/isrc.ts";
import { parseTrackId } from "../../formats/identifiers/track-id.ts";

export type MatchKind = "path" | "isrc" | "track_id";

/** One count: which track or tracks it is about, and how often they were played. */
export interface PlayCount {
  readonly matchKind: MatchKind;
  readonly matchValue: string;
  readonly plays: number;
  readonly note: string | null;
}

export type ParsedPlay =
  | ({ readonly ok: true } & PlayCount)
  | { readonly ok: false; readonly reason: string };

/** Where the columns are that we know; others are left alone. */
export interface PlaysColumns {
  readonly matches: readonly { readonly kind: MatchKind; readonly index: number }[];
  readonly plays: number;
  readonly note: number | null;
  readonly count: number;
}

const MATCH_KINDS: readonly MatchKind[] = ["path", "isrc", "track_id"];

/** Reads the header. Throws `UsageError`, which names the line. */
export function playsColumns(header: readonly string[], file: string, line: number): PlaysColumns {
  const names = header.map((name) => name.trim().toLowerCase());
  const fail = (what: string): UsageError =>
    new UsageError(`"${file}", line ${line}: ${what}`, {
      hint: "the first line names the columns: plays, and one of path, isrc, track_id",
    });
  for (const name of [...MATCH_KINDS, "plays", "note"]) {
    if (names.filter((other) => other === name).length > 1) throw fail(`the column "${name}" is there twice`);
  }
  const matches = MATCH_KINDS.flatMap((kind) => {
    const index = names.indexOf(kind);
    return index < 0 ? [] : [{ kind, index }];
  });
  if (matches.length === 0) throw fail("no column says which track a count is of");
  if (!names.includes("plays")) throw fail('there is no column "plays"');
  const note = names.indexOf("note");
  return { matches, plays: names.indexOf("plays"), note: note < 0 ? null : note, count: names.length };
}

/** Reads one row; says what is wrong with it otherwise. */
export function parsePlay(columns: PlaysColumns, fields: readonly string[]): ParsedPlay {
  const bad = (reason: string): ParsedPlay => ({ ok: false, reason });
  if (fields.length !== columns.count)
    return bad(`${fields.length} fields where the header has ${columns.count}`);
  if (fields.some((field) => field.includes("\ufffd"))) return bad("text that is not valid UTF-8");
  const given = columns.matches.filter(({ index }) => (fields[index] ?? "").trim() !== "");
  const [match] = given;
  if (!match) return bad("nothing says which track the count is of");
  if (given.length > 1) return bad(`more than one of ${given.map(({ kind }) => kind).join(", ")}`);
  const plays = parseCount(fields[columns.plays] ?? "");
  if (plays === null) return bad(`"${fields[columns.plays]?.slice(0, 40)}" is no number of plays`);
  const matchValue = normalised(match.kind, fields[match.index] ?? "");
  if (!matchValue.ok) return bad(matchValue.reason);
  const note = columns.note === null ? "" : (fields[columns.note] ?? "").trim();
  return {
    ok: true,
    matchKind: match.kind,
    matchValue: matchValue.value,
    plays,
    note: note === "" ? null : note,
  };
}

function normalised(
  kind: MatchKind,
  text: string,
): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: string } {
  if (kind === "path") return { ok: true, value: text };
  const parsed = kind === "isrc" ? parseIsrc(text) : parseTrackId(text);
  return parsed.ok ? parsed : { ok: false, reason: `"${text.slice(0, 40)}" is no ${kind}: ${parsed.reason}` };
}

function parseCount(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,16}$/.test(trimmed)) return null;
  const count = Number(trimmed);
  return Number.isSafeInteger(count) ? count : null;
}
