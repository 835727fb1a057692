import { matchesGlob } from "./glob.ts";
import { sourcePathCandidates } from "./installed-path.ts";

/** A `Files` stanza of a machine-readable `debian/copyright`. */
export interface Dep5Stanza {
  /** Its place among the `Files` stanzas, from 0. */
  readonly index: number;
  readonly files: readonly string[];
  readonly copyright: string;
  /** The first line of the `License` field: a short name, or several joined with `or`, `and` and commas. */
  readonly licence: string;
}

export type Dep5File =
  | { readonly ok: true; readonly stanzas: readonly Dep5Stanza[] }
  | { readonly ok: false; readonly reason: string };

export interface Dep5Match {
  readonly stanza: Dep5Stanza;
  /** The source path that matched, or null when only the stanza for all files (`*`) did. */
  readonly sourcePath: string | null;
  /** Stanzas with another licence that may be meant for the file, under folder names that the build has changed. */
  readonly rivals: readonly Dep5Stanza[];
}

const MAX_TEXT_CHARACTERS = 4 << 20;
const MAX_STANZAS = 10_000;
const MAX_PATTERNS = 50_000;
const FORMAT_LINE =
  /^Format(?:-Specification)?:\s*\S*(?:copyright-format\/1\.0|dep\.debian\.net\/deps\/dep5|dep5)/im;

/** True for a machine-readable copyright file (DEP-5, copyright-format 1.0): its first stanza has a `Format` field. */
export function isDep5(text: string): boolean {
  const header = text
    .replace(/^\ufeff/, "")
    .replaceAll("\r\n", "\n")
    .trimStart()
    .slice(0, 65_536);
  return FORMAT_LINE.test(header.split(/\n[ \t]*\n/, 1)[0] ?? "");
}

/** Parses the `Files` stanzas. A stanza that lacks `Files` or `License` is passed over, as the format asks of readers. */
export function parseDep5(text: string): Dep5File {
  if (text.length > MAX_TEXT_CHARACTERS) return { ok: false, reason: "larger than 4 MiB" };
  if (!isDep5(text)) return { ok: false, reason: "not a machine-readable copyright file" };
  const paragraphs = text
    .replace(/^\ufeff/, "")
    .replaceAll("\r\n", "\n")
    .split(/\n(?:[ \t]*\n)+/);
  const stanzas: Dep5Stanza[] = [];
  let patterns = 0;
  for (const paragraph of paragraphs) {
    const fields = parseFields(paragraph);
    const files = (fields.get("files") ?? "").split(/\s+/).filter((pattern) => pattern !== "");
    const licence = (fields.get("license") ?? "").split("\n", 1)[0]?.trim() ?? "";
    patterns += files.length;
    if (stanzas.length >= MAX_STANZAS || patterns > MAX_PATTERNS)
      return { ok: false, reason: "too many stanzas" };
    if (files.length === 0 || licence === "") continue;
    stanzas.push({ index: stanzas.length, files, licence, copyright: tidy(fields.get("copyright") ?? "") });
  }
  return stanzas.length > 0 ? { ok: true, stanzas } : { ok: false, reason: "no Files stanza" };
}

/**
 * The stanza that applies to an installed file. The last stanza that matches one of its possible source paths wins, as
 * DEP-5 says. A later stanza (any, when only `*` matched) that would match if the build had renamed its upper folders is a
 * rival when its licence is another: then nobody can say from here which of them is meant.
 */
export function matchDep5(stanzas: readonly Dep5Stanza[], installedPath: string): Dep5Match | null {
  const sourcePaths = sourcePathCandidates(installedPath);
  const rivals: Dep5Stanza[] = [];
  for (const stanza of stanzas.toReversed()) {
    for (const pattern of stanza.files) {
      const sourcePath = sourcePaths.find((path) => matchesGlob(pattern.replace(/^\.\//, ""), path));
      if (sourcePath === undefined) continue;
      const isOther = (rival: Dep5Stanza): boolean =>
        rival.licence.toLowerCase() !== stanza.licence.toLowerCase();
      return { stanza, sourcePath: pattern === "*" ? null : sourcePath, rivals: rivals.filter(isOther) };
    }
    if (stanza.files.some((pattern) => mayMatch(pattern, installedPath))) rivals.push(stanza);
  }
  return null;
}

/**
 * True when the pattern, without some of its upper folders, matches the end of the path: `assets/music/*` and
 * `usr/share/games/game/music/a.ogg`. At least one folder name has to agree.
 */
function mayMatch(pattern: string, installedPath: string): boolean {
  const wanted = pattern.split("/");
  const segments = installedPath.split("/");
  for (let drop = 0; drop < wanted.length - 1; drop += 1) {
    const folder = wanted[drop] ?? "";
    if (/[*?\\]/.test(folder)) return matchesGlob(`*${wanted.slice(drop).join("/")}`, installedPath);
    const shortened = wanted.slice(drop).join("/");
    const starts = segments.flatMap((segment, index) => (segment === folder ? [index] : []));
    if (starts.some((start) => matchesGlob(shortened, segments.slice(start).join("/")))) return true;
  }
  return false;
}

/** Fields of a paragraph, names in lower case; continuation lines start with a space or a tab, `.` stands for an empty one. */
function parseFields(paragraph: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let name = "";
  for (const line of paragraph.split("\n")) {
    const start = /^([A-Za-z][A-Za-z0-9-]*):(.*)$/.exec(line);
    if (start) {
      name = (start[1] ?? "").toLowerCase();
      if (fields.has(name)) name = "";
      else fields.set(name, (start[2] ?? "").trim());
    } else if (name !== "" && /^[ \t]/.test(line)) {
      fields.set(name, `${fields.get(name) ?? ""}\n${line.trim() === "." ? "" : line.trim()}`);
    }
  }
  return fields;
}

function tidy(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, "; ")
    .slice(0, 2000);
}
