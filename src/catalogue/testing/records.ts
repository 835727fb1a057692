import { writeFileSync } from "node:fs";
import { type Archive, sqlText } from "../../core/index.ts";
import { trackIdOf, trackIdToBigInt } from "../../formats/identifiers/index.ts";
import { FACT_TABLES, type FactRow } from "../../sources/facts/fact-tables.ts";
import { type TestTable, writeAccession } from "./accessions.ts";

export type TestTrackRecord = FactRow<"tracks"> & { readonly key: string };

export interface TestRecords {
  readonly label: string;
  readonly day: number;
  readonly kind?: "table" | "musicbrainz" | "twin";
  readonly tracks?: readonly TestTrackRecord[];
  readonly releases?: readonly FactRow<"releases">[];
  readonly artists?: readonly FactRow<"artists">[];
  readonly labels?: readonly FactRow<"labels">[];
  readonly redirects?: readonly (readonly [scheme: string, from: string, to: string])[];
}

/** The id of a record of the source `<kind>:<label>`. */
export function recordTrackId(label: string, key: string, kind = "table"): bigint {
  const id = trackIdToBigInt(trackIdOf(`${kind}:${label}`, key));
  if (!id.ok) throw new Error(id.reason);
  return id.value;
}

/** Writes an accession of records as the intake of a catalogue does; `day` orders accessions. */
export async function writeRecordAccession(archive: Archive, records: TestRecords): Promise<string> {
  const { kind = "table", label, day } = records;
  const tracks = (records.tracks ?? []).map((row) => ({
    status: "track",
    ...row,
    track_id: String(recordTrackId(label, row.key, kind)),
  }));
  const redirects = (records.redirects ?? []).map(([scheme, from_value, to_value]) => ({
    scheme,
    from_value,
    to_value,
  }));
  return await writeAccession(archive, kind, label, day, `/records/${label}`, [
    jsonTable("tracks.parquet", FACT_TABLES.tracks, tracks),
    jsonTable("releases.parquet", FACT_TABLES.releases, records.releases ?? []),
    jsonTable("artists.parquet", FACT_TABLES.artists, records.artists ?? []),
    jsonTable("labels.parquet", FACT_TABLES.labels, records.labels ?? []),
    jsonTable(
      "redirects.parquet",
      { scheme: "VARCHAR", from_value: "VARCHAR", to_value: "VARCHAR" },
      redirects,
    ),
  ]);
}

function jsonTable(
  file: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly object[],
): TestTable {
  const types = Object.entries(columns).map(([name, type]) => `${name}: ${sqlText(type)}`);
  return {
    file,
    rows: rows.length,
    content: JSON.stringify(rows),
    async write(database, path) {
      const json = `${path}.json`;
      writeFileSync(json, rows.length > 0 ? JSON.stringify(rows) : "[]");
      const from =
        rows.length > 0
          ? `select * from read_json(${sqlText(json)}, format = 'array', columns = {${types.join(", ")}})`
          : `select ${Object.entries(columns)
              .map(([name, type]) => `null::${type} as ${name}`)
              .join(", ")} where false`;
      await database.writeParquet(from, path);
    },
  };
}
