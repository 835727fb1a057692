import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Database, sqlTextList, type TableRow } from "../core/index.ts";
import { parseIsrc, parseTrackId, trackIdToBigInt } from "../formats/identifiers/index.ts";
import { foldText } from "./fold-text.ts";
import { IDENTIFIER_TAGS, parseIdentifierTag } from "./identifier-tags.ts";
import { parsePartialDate } from "./partial-date.ts";

/**
 * What SQL cannot say, computed once for each distinct text and joined back: folded names, dates, identifiers.
 * Texts stream through; none of this goes row by row.
 */
export async function deriveValues(database: Database): Promise<void> {
  const texts = await readFile(new URL("./distinct-texts.sql", import.meta.url), "utf8");
  await database.insert(
    "folded_text",
    { text: "VARCHAR", folded: "VARCHAR" },
    mapRows(database, texts, ({ text = "" }) => [{ text, folded: foldText(text) }]),
  );
  await database.insert(
    "parsed_date",
    { text: "VARCHAR", date: "VARCHAR", precision: "VARCHAR" },
    mapRows(
      database,
      "select distinct value as text from field_value where field = 'date'",
      ({ text = "" }) => {
        const date = parsePartialDate(text);
        return date ? [{ text, date: date.date, precision: date.precision }] : [];
      },
    ),
  );
  await database.insert(
    "parsed_identifier",
    {
      key: "VARCHAR",
      tag_value: "VARCHAR",
      part: "INTEGER",
      entity: "VARCHAR",
      scheme: "VARCHAR",
      raw: "VARCHAR",
      value: "VARCHAR",
      reason: "VARCHAR",
    },
    mapRows(
      database,
      `select distinct key, value from live_tag where value <> '' and key in (select unnest(${sqlTextList(IDENTIFIER_TAGS)}))`,
      ({ key = "", value = "" }) =>
        parseIdentifierTag(key, value).map((entry, part) => ({ key, tag_value: value, part, ...entry })),
    ),
  );
}

/** The same for what counts of plays are matched by. */
export async function derivePlayValues(database: Database): Promise<void> {
  await database.insert(
    "play_value",
    { match_kind: "VARCHAR", match_value: "VARCHAR", track_id: "UBIGINT", isrc: "VARCHAR" },
    mapRows(
      database,
      "select distinct match_kind, match_value from play where match_kind in ('isrc', 'track_id')",
      ({ match_kind = "", match_value = "" }) => [
        { match_kind, match_value, ...playKey(match_kind, match_value) },
      ],
    ),
  );
}

function playKey(
  kind: string,
  value: string,
): { readonly track_id: bigint | null; readonly isrc: string | null } {
  const isrc = kind === "isrc" ? parseIsrc(value) : null;
  const id = kind === "track_id" ? parseTrackId(value) : null;
  const number = id?.ok ? trackIdToBigInt(id.value) : null;
  return { track_id: number?.ok ? number.value : null, isrc: isrc?.ok ? isrc.value : null };
}

const textRow = z.record(z.string(), z.string());

async function* mapRows(
  database: Database,
  sql: string,
  map: (row: { readonly [column: string]: string }) => readonly TableRow[],
): AsyncGenerator<TableRow> {
  for await (const row of database.stream(sql)) yield* map(textRow.parse(row));
}
