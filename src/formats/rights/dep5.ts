import { matchesGlob } from "./glob.ts";

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
 * The stanza that applies to an installed file. The last stanza that matches one of `sourcePaths` (the paths that the file
 * may have had in the source tree) wins, as DEP-5 says; the patterns of stanzas are source paths.
 */
export function matchDep5(stanzas: readonly Dep5Stanza[], sourcePaths: readonly string[]): Dep5Match | null {
  for (const stanza of stanzas.toReversed()) {
    for (const pattern of stanza.files) {
      if (pattern === "*") return { stanza, sourcePath: null };
      const sourcePath = sourcePaths.find((path) => matchesGlob(pattern.replace(/^\.\//, ""), path));
      if (sourcePath !== undefined) return { stanza, sourcePath };
    }
  }
  return null;
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
