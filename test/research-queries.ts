import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface ResearchQueries {
  /** The statements that name the files, with paths below `folder`. */
  readonly duckdb: readonly string[];
  readonly clickhouse: readonly string[];
  readonly queries: readonly string[];
}

/** The queries of `docs/catalogue.md`, as they stand there but for the folder. */
export function readResearchQueries(folder: string): ResearchQueries {
  const text = readFileSync(join(import.meta.dirname, "../docs/catalogue.md"), "utf8");
  const blocks = [...text.matchAll(/^```sql ?([a-z]*)\n([\s\S]*?)^```/gm)].map(([, kind = "", sql = ""]) => ({
    kind,
    sql,
  }));
  const statements = (kind: string): string[] =>
    blocks
      .filter((block) => block.kind === kind)
      .flatMap(({ sql }) => sql.split(/;\s*$/m))
      .map((sql) => sql.trim())
      .filter((sql) => sql !== "");
  const below = (sql: string): string => sql.replace(/\('([a-z_]+\/\*)/, `('${folder}/$1`);
  return {
    duckdb: statements("duckdb").map(below),
    clickhouse: statements("clickhouse").map(below),
    queries: statements(""),
  };
}
