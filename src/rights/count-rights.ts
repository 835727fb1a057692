import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { RightsCounts } from "./rights-store.ts";

const countRow = z.object({
  what: z.string(),
  name: z.string().nullable(),
  tracks: z.bigint().transform(Number),
});

/** Counts the rows of the table `effective`. */
export async function countRights(database: Database): Promise<Omit<RightsCounts, "statements">> {
  const sql = await readFile(new URL("./count-rights.sql", import.meta.url), "utf8");
  const rows = (await database.rows(sql)).map((row) => countRow.parse(row));
  const of = (what: string) => rows.filter((row) => row.what === what);
  const total = (what: string): number => of(what)[0]?.tracks ?? 0;
  const byName = (what: string) =>
    Object.fromEntries(of(what).map(({ name, tracks }) => [name ?? "", tracks]));
  return {
    tracks: total("track"),
    open: total("open"),
    derive: total("derive"),
    dark: total("track") - total("open"),
    byReason: byName("reason"),
    byLicence: byName("licence"),
  };
}
