import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { Snapshot } from "../catalogue/index.ts";
import { type Archive, Database, IntegrityError, sqlText } from "../core/index.ts";
import { type Accession, listAccessions } from "../sources/index.ts";
import type { Deal } from "./deal-statements.ts";

/** The accessions of a snapshot that may have deals, in their order. Throws `IntegrityError` when one is not there. */
export async function dealAccessions(archive: Archive, snapshot: Snapshot): Promise<Accession[]> {
  const wanted = snapshot.accessions.filter(({ kind }) => kind === "ern");
  if (wanted.length === 0) return [];
  const there = new Map((await listAccessions(archive)).map((accession) => [accession.id, accession]));
  return wanted.map(({ id }) => {
    const accession = there.get(id);
    if (accession) return accession;
    throw new IntegrityError(`the accession ${id} of the catalogue is not there, and with it its deals`, {
      hint: "restore it from your backup, or build the catalogue without it: deadwax catalogue build",
    });
  });
}

/** First and last days of all deals: on the days between them nothing changes by itself. */
export async function dealPeriods(
  accessions: readonly Accession[],
): Promise<{ readonly start: string | null; readonly end: string | null }[]> {
  const tables = accessions.flatMap((accession) => accession.table("deals") ?? []);
  if (tables.length === 0) return [];
  const database = await Database.open();
  try {
    const from = tables
      .map((table) => `select start_date, end_date from ${parquet(table)}`)
      .join(" union all ");
    const rows = await database.rows(`select distinct start_date, end_date from (${from})`);
    return rows
      .map((row) => periodSchema.parse(row))
      .map(({ start_date: start, end_date: end }) => ({ start, end }));
  } finally {
    database.close();
  }
}

/**
 * Fills `rights_deal` from the deals of the accessions, after comparing their files with the recorded hashes. Throws
 * `IntegrityError` when a file is not what it was.
 */
export async function loadDeals(database: Database, accessions: readonly Accession[]): Promise<void> {
  await database.run(NO_DEALS);
  for (const [ord, accession] of accessions.entries()) {
    for (const [table, into] of [
      ["releases", "deal_release"],
      ["tracks", "deal_track"],
      ["deals", "deal_fact"],
    ] as const) {
      const path = accession.table(table);
      if (path === null) continue;
      await checkHash(accession, path);
      const fixed = `${ord} as ord, ${sqlText(accession.source.name)} as source, ${sqlText(accession.id)} as accession`;
      await database.run(
        `insert into ${into} by name select ${fixed}, ${COLUMNS[into]} from ${parquet(path)}`,
      );
    }
  }
  await database.runFile(new URL("./rights-deals.sql", import.meta.url));
  await database.run("drop table deal_fact; drop table deal_release; drop table deal_track");
}

/** The deals of each track that has any, by track. In: `rights_deal`. */
export async function* rightsDeals(
  database: Database,
): AsyncGenerator<{ readonly trackId: bigint; readonly deals: readonly Deal[] }> {
  for await (const row of database.stream(`${DEALS_BY_TRACK} order by track_id`)) {
    const { track_id, deals } = trackDealsSchema.parse(row);
    yield { trackId: track_id, deals: dealsSchema.parse(JSON.parse(deals)) };
  }
}

const COLUMNS = {
  deal_release: "release_key",
  deal_track: "track_id, duration_ms",
  deal_fact:
    "release_key, track_id, isrc, message_id, sender, recipients, territories, excluded_territories, use_types, commercial_models, start_date, end_date, is_takedown, conditions, evidence_sha256",
} as const;

const NO_DEALS = `
  create table deal_release (ord integer, source varchar, accession varchar, release_key varchar);
  create table deal_track (ord integer, source varchar, accession varchar, track_id ubigint, duration_ms bigint);
  create table deal_fact (
    ord integer, source varchar, accession varchar, release_key varchar, track_id ubigint, isrc varchar, message_id varchar,
    sender varchar, recipients varchar[], territories varchar[], excluded_territories varchar[], use_types varchar[],
    commercial_models varchar[], start_date varchar, end_date varchar, is_takedown boolean, conditions varchar[],
    evidence_sha256 varchar
  )`;

/** A list as JSON, as `rights-tracks.sql` has the tags. */
const DEALS_BY_TRACK = `
  select track_id, to_json(list(d order by d))::varchar as deals
  from (select track_id, struct_pack(*columns(* exclude (track_id))) as d from rights_deal)
  group by track_id`;

const textList = z
  .array(z.string())
  .nullable()
  .transform((list) => list ?? []);

export const dealsSchema: z.ZodType<Deal[]> = z.array(
  z
    .object({
      message_id: z.string(),
      sender: z.string(),
      recipients: textList,
      territories: textList,
      excluded_territories: textList,
      use_types: textList,
      commercial_models: textList,
      start_date: z.string().nullable(),
      end_date: z.string().nullable(),
      is_takedown: z.boolean(),
      conditions: textList,
      evidence_sha256: z.string(),
      accession: z.string(),
      is_sure: z.boolean(),
    })
    .transform((row) => ({
      messageId: row.message_id,
      sender: row.sender,
      recipients: row.recipients,
      territories: row.territories,
      excludedTerritories: row.excluded_territories,
      useTypes: row.use_types,
      commercialModels: row.commercial_models,
      start: row.start_date,
      end: row.end_date,
      isTakedown: row.is_takedown,
      conditions: row.conditions,
      evidenceSha256: row.evidence_sha256,
      accession: row.accession,
      isSure: row.is_sure,
    })),
);

const trackDealsSchema = z.object({ track_id: z.bigint(), deals: z.string() });
const periodSchema = z.object({ start_date: z.string().nullable(), end_date: z.string().nullable() });

function parquet(path: string): string {
  return `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
}

async function checkHash(accession: Accession, path: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const name = basename(path);
  if (hash.digest("hex") === accession.tables[name]?.sha256) return;
  throw new IntegrityError(`"${path}" is not what it was: its SHA-256 is not the recorded one`, {
    hint: "restore the accession from your backup",
  });
}
