import { createHash } from "node:crypto";
import { normaliseLicence } from "../formats/rights/index.ts";
import { denial, type LicenceVerdict, reservesAllRights, verdictOfText } from "./licence-statement.ts";
import { RIGHTS, type RightsStatement, statementOf } from "./statement.ts";

/** One tag that may speak of rights. */
export interface RightsTag {
  readonly key: string;
  readonly value: string;
}

/** Tags that are there to name a licence: what they hold is a statement even when it is not understood. */
const LICENCE_TAGS: ReadonlySet<string> = new Set([
  "LICENSE",
  "LICENCE",
  "LICENSE_URL",
  "LICENCE_URL",
  "WCOP",
  "COPYRIGHTURL",
  "COPYRIGHT_URL",
]);

/** Tags about rights, in which a licence or a reservation may stand among other words. */
const NOTICE_TAGS: ReadonlySet<string> = new Set(["COPYRIGHT", "RIGHTS", "USAGETERMS", "USAGE TERMS"]);

/** Tags for any text: a licence counts there only when the text says nothing else. */
const FREE_TAGS: ReadonlySet<string> = new Set(["COMMENT", "DESCRIPTION"]);

/** All tags that are looked at, in upper case. */
export const RIGHTS_TAGS: readonly string[] = [...LICENCE_TAGS, ...NOTICE_TAGS, ...FREE_TAGS];

/**
 * The statements in a file's own tags. `track` is the track id as people see it, `date` when the tags were read.
 * Evidence is the SHA-256 of `KEY=value` in UTF-8, as the catalogue has the two.
 */
export function tagStatements(
  track: string,
  tags: readonly RightsTag[],
  read: { readonly date: string; readonly accession: string },
): RightsStatement[] {
  const statements: RightsStatement[] = [];
  for (const { key, value } of tags) {
    const said = readTag(key, value);
    if (!said) continue;
    statements.push(
      statementOf({
        ...said,
        scope: { kind: "track", value: track },
        covers: RIGHTS,
        start: null,
        end: null,
        source: "tag",
        document: null,
        stanza: null,
        date: read.date,
        accession: read.accession,
      }),
    );
  }
  return statements;
}

type TagSaying = LicenceVerdict & Pick<RightsStatement, "raw" | "evidenceSha256" | "confidence">;

/** The same few tags stand in thousands of files: what they say is worked out once. */
const MAX_REMEMBERED = 10_000;
const MAX_REMEMBERED_CHARS = 200;
const remembered = new Map<string, TagSaying | null>();

function readTag(key: string, value: string): TagSaying | null {
  const raw = `${key}=${value}`;
  const known = remembered.get(raw);
  if (known !== undefined) return known;
  const verdict = verdictOfTag(key, value);
  const saying = verdict && {
    ...verdict,
    raw,
    evidenceSha256: createHash("sha256").update(raw, "utf8").digest("hex"),
    // A URL names one licence text; a name such as "GPL" is somebody's shorthand for one.
    confidence:
      verdict.decision === "grant" && !value.includes("://") ? ("medium" as const) : ("high" as const),
  };
  if (raw.length <= MAX_REMEMBERED_CHARS) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(raw, saying);
  }
  return saying;
}

function verdictOfTag(key: string, value: string): LicenceVerdict | null {
  const text = value.trim();
  if (text === "") return null;
  if (LICENCE_TAGS.has(key)) {
    return isBareLink(text) ? linkVerdict(key, text) : verdictOfText(text);
  }
  if (!NOTICE_TAGS.has(key) && !FREE_TAGS.has(key)) return null;
  if (reservesAllRights(text)) return denial();
  const licence = FREE_TAGS.has(key) ? bareLicence(text) : text;
  // A copyright line without a licence is a notice, not a statement about what may be done.
  return licence !== null && normaliseLicence(licence).ok ? verdictOfText(licence) : null;
}

/** "Contains samples under http://…" licenses the samples; "Licensed under http://…" the track. */
function bareLicence(text: string): string | null {
  const rest = text.replace(LICENSED_UNDER, "").replace(/\.$/, "");
  return isBareLink(rest) || !rest.includes("//") ? rest : null;
}

const LICENSED_UNDER =
  /^(?:this (?:work|song|track|recording|music|file) is )?(?:licen[sc]ed (?:to the public )?under |licen[sc]e: ?)(?:an? |the )?/i;

/** The copyright URL of a shop or a home page is no attempt at a licence; a link in LICENSE is one. */
function linkVerdict(key: string, text: string): LicenceVerdict | null {
  return key.startsWith("LICEN") || normaliseLicence(text).ok ? verdictOfText(text) : null;
}

function isBareLink(text: string): boolean {
  return /^\S+$/.test(text) && /^(?:https?:)?\/\//i.test(text);
}
