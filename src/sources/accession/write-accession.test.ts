import { join } from "node:path";
import { expect, test } from "vitest";
import { Database } from "../../core/database.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { writeAccessionTable } from "./write-accession.ts";

test("a table says what it is, and a column of many values has no dictionary", async () => {
  const folder = temporaryFolder();
  const database = await Database.open({ threads: 1 });
  try {
    const path = join(folder.path, "t.parquet");
    const query = "select 'few ' || (i % 3) as few, 'many ' || (i % 1000) as many from range(20000) r(i)";
    await writeAccessionTable(database, "tracks", query, path);
    expect(
      await database.rows(
        "select path_in_schema as name, encodings like '%DICTIONARY%' as packed from parquet_metadata($path) order by name",
        { path },
      ),
    ).toEqual([
      { name: "few", packed: true },
      { name: "many", packed: false },
    ]);
    expect(
      await database.rows("select decode(value) as value from parquet_kv_metadata($path)", { path }),
    ).toEqual([{ value: "deadwax-accession/1" }, { value: "tracks" }]);
  } finally {
    database.close();
    folder.remove();
  }
});
