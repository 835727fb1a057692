import { readFile } from "node:fs/promises";
import { sqlTextList } from "../../core/database.ts";
import type { DocumentFormat, MemberHead } from "../documents/document-format.ts";
import { type Parts, pathsOf } from "../documents/read-documents.ts";
import { completeQuery } from "../facts/complete-query.ts";

/** Entities whose MBIDs are merged, by their names in the tables of the TSV dumps, with our names of the identifier. */
const SCHEMES: Readonly<Record<string, string>> = {
  recording: "mbid-recording",
  release: "mbid-release",
  release_group: "mbid-release-group",
  artist: "mbid-artist",
  label: "mbid-label",
  track: "mbid-track",
};

const UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const LIST_LINE = new RegExp(`^${UUID}\\t${UUID}`, "m");
/** White space, or a byte order mark, may stand before a document. */
const DOCUMENT_START = /^(?:\xef\xbb\xbf)?\s*\{/;
const field = (number: number): string => `string_split(text, chr(9))[${number}]`;

/**
 * The format of a member that says which MBIDs were merged into which: a list `mbid<tab>new_mbid`, or the tables of a TSV dump.
 * Null when the member is something else.
 */
export function redirectFormatOf(
  { name, file, head }: MemberHead,
  asked: string | undefined,
): DocumentFormat | null {
  const isText = !DOCUMENT_START.test(head.toString("latin1", 0, 1024));
  const table = /^(?:mbdump\/)?([a-z_]+)$/.exec(name ?? "")?.[1] ?? "";
  const redirected = /^([a-z_]+)_gid_redirect$/.exec(table)?.[1] ?? "";
  if (isText && redirected in SCHEMES) {
    return rowFormat(`redirect-${redirected}`, [
      `${field(1)} as from_value`,
      `try_cast(${field(2)} as bigint) as new_id`,
    ]);
  }
  if (isText && name !== null && table in SCHEMES) {
    return rowFormat(`gid-${table}`, [`${field(2)} as gid`, `try_cast(${field(1)} as bigint) as id`]);
  }
  if (name !== null || !isText || !LIST_LINE.test(head.toString("latin1", 0, 4096))) return null;
  const entity =
    asked ?? Object.keys(SCHEMES).find((known) => file.startsWith(`${known}_gid`)) ?? "recording";
  const scheme = SCHEMES[entity] ?? "mbid-recording";
  return {
    name: "redirect list",
    fields: null,
    refusal: `case when not (${isMbid(field(1))} and ${isMbid(field(2))}) then 'not two MBIDs' end`,
    queries: {
      redirects: `select '${scheme}' as scheme, ${field(1)} as from_value, ${field(2)} as to_value from document`,
    },
  };
}

function rowFormat(part: string, columns: readonly [mbid: string, id: string]): DocumentFormat {
  const [mbid, id] = columns.map((column) => column.replace(/ as \w+$/, ""));
  return {
    name: part,
    fields: null,
    refusal: `case when not ${isMbid(mbid)} or ${id} is null then 'not a row of the table' end`,
    queries: { [part]: `select ${columns.join(", ")} from document` },
  };
}

/** Queries that give the redirects of all parts; `lost` are the tables of redirects whose targets are not in the dump. */
export async function redirectQueries(
  parts: Parts,
): Promise<{ readonly queries: readonly string[]; readonly lost: readonly string[] }> {
  const join = await readFile(new URL("./redirect-targets.sql", import.meta.url), "utf8");
  const queries: string[] = [];
  const lost: string[] = [];
  for (const [entity, scheme] of Object.entries(SCHEMES)) {
    const redirects = parts.get(`redirect-${entity}`);
    const gids = parts.get(`gid-${entity}`);
    if (redirects === undefined) continue;
    if (gids === undefined) lost.push(`${entity}_gid_redirect`);
    else {
      const sql = join
        .replace("$scheme", `'${scheme}'`)
        .replace("$redirects", sqlTextList(pathsOf(redirects)))
        .replace("$gids", sqlTextList(pathsOf(gids)));
      queries.push(completeQuery("redirects", sql));
    }
  }
  const lists = parts.get("redirects");
  if (lists !== undefined) {
    const from = `read_parquet(${sqlTextList(pathsOf(lists))}, hive_partitioning = false)`;
    queries.push(completeQuery("redirects", `select distinct * from ${from} order by all`));
  }
  return { queries, lost };
}

function isMbid(id = "null"): string {
  return `coalesce(length(${id}) = 36 and try_cast(${id} as uuid) is not null, false)`;
}
