import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Database, sqlName } from "../../core/database.ts";
import { explainSystemError, UsageError } from "../../core/errors.ts";
import { silentReporter } from "../../core/reporter.ts";
import { plainBytes } from "../facts/plain-bytes.ts";
import { openRecordInput } from "../facts/record-input.ts";
import { type Guess, guessMapping, mappingOf } from "./guess-mapping.ts";
import type { Mapping } from "./mapping.ts";
import { writeSample } from "./sample-file.ts";
import { shapeOf, textRelation } from "./table-file.ts";
import { wideQuery } from "./wide-query.ts";

const LOOKED_AT_ROWS = 1000;
const SHOWN_ROWS = 10;

export interface MappedTable {
  readonly file: string;
  readonly reader: Mapping["reader"]["kind"];
  readonly rowsLookedAt: number;
  readonly guesses: readonly Guess[];
  /** The first rows as the mapping has them. */
  readonly sample: readonly Record<string, unknown>[];
  readonly mapping: Mapping;
}

/** Guesses a mapping from the first rows of a table. Throws `UsageError` when the file is no table. */
export async function mapTable(file: string): Promise<MappedTable> {
  const input = openRecordInput(file);
  const folder = await mkdtemp(join(tmpdir(), "deadwax-map-"));
  const database = await Database.open();
  try {
    const path = join(folder, "input");
    const magic = await input.head(4);
    const isParquet = magic.toString("latin1") === "PAR1";
    if (isParquet) await symlink(input.path, path);
    const head = isParquet
      ? magic
      : await writeSample(plainBytes(input.bytes(silentReporter.progress("", "bytes"))), path);
    const shape = await shapeOf(database, path, head, input.name);
    const relation = `(select * from ${textRelation(shape, path)} limit ${LOOKED_AT_ROWS})`;
    const rows = (
      await database.rows(`select ${shape.columns.map(sqlName).join(", ")} from ${relation}`)
    ).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
      ),
    );
    const guesses = guessMapping(shape.columns, rows);
    const mapping = mappingOf(shape.reader, guesses, basename(input.name));
    const wide = wideQuery(mapping, shape.columns, relation, "null::bigint");
    const sample = await database.rows(
      `select * exclude (status, line, sample) from (${wide}) limit ${SHOWN_ROWS}`,
    );
    return {
      file: input.path,
      reader: shape.reader.kind,
      rowsLookedAt: rows.length,
      guesses,
      sample,
      mapping,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw explainSystemError(error, `reading "${file}"`);
  } finally {
    database.close();
    input.close();
    await rm(folder, { recursive: true, force: true });
  }
}
