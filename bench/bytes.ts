// What a catalogue weighs on disk, for each of its tracks, by table; of `track`, `isrc` and `identifier` also by column.
// Usage: npx tsx bench/bytes.ts ARCHIVE
import { join } from "node:path";
import { currentSnapshot, type Snapshot, TABLE_NAMES, type TableName } from "../src/catalogue/index.ts";
import { Database, openArchive, sqlTextList } from "../src/core/index.ts";

const BY_COLUMN: readonly TableName[] = ["track", "isrc", "identifier"];
const snapshot = await currentSnapshot(await openArchive(process.argv[2] ?? "."));
const tracks = snapshot.tables.track.rows;
const database = await Database.open();
try {
  console.log(`${tracks.toLocaleString("en")} tracks; bytes a track`);
  for (const table of TABLE_NAMES) {
    const { rows, segments } = snapshot.tables[table];
    if (rows === 0) continue;
    const bytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    console.log(
      `${table.padEnd(16)} ${(bytes / tracks).toFixed(2).padStart(6)}  ${rows.toLocaleString("en")} rows`,
    );
    if (BY_COLUMN.includes(table)) console.log(`    ${(await columnsOf(snapshot, table)).join(", ")}`);
  }
} finally {
  database.close();
}

/** Without headers and footers, which are in the sum of the table. */
async function columnsOf({ folder, tables }: Snapshot, table: TableName): Promise<readonly string[]> {
  const files = sqlTextList(tables[table].segments.map(({ file }) => join(folder, file)));
  const rows = await database.rows(`
    select split_part(path_in_schema, ',', 1) as name, sum(total_compressed_size)::double as bytes
    from parquet_metadata(${files}) group by name order by bytes desc`);
  return rows.map(({ name, bytes }) => `${String(name)} ${(Number(bytes) / tracks).toFixed(2)}`);
}
