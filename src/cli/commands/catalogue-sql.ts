import { Argument, Option } from "commander";
import { z } from "zod";
import type { Snapshot } from "../../catalogue/index.ts";
import { FailedError, throwIfAborted, UsageError } from "../../core/errors.ts";
import { parseSize } from "../../core/sizes.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { csvLine, plainText } from "../report/csv.ts";
import { printTable } from "../report/table.ts";

const DEFAULT_LIMIT = 1000;
const DEFAULT_SECONDS = 300;
const DEFAULT_MEMORY = 2_000_000_000;

const input = z.object({
  query: z.string(),
  csv: z.boolean().default(false),
  limit: z.int().optional(),
  seconds: z.int(),
  memory: z.int().positive(),
});
type Input = z.infer<typeof input>;

export const catalogueSqlCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "sql"],
  summary: "ask the tables of the catalogue in SQL",
  details:
    "DuckDB's SQL, one statement that reads; docs/catalogue.md describes the tables. Nothing can be changed, and no file outside the snapshot be read. 64-bit ids are shown as numbers: track_id is the number behind the 13 characters.",
  arguments: [new Argument("<query>", "a select")],
  options: [
    new Option("--csv", "as CSV, all rows").conflicts("limit"),
    new Option(
      "--limit <n>",
      `rows at most (default: ${DEFAULT_LIMIT}, all with --csv and --json)`,
    ).argParser(parseCount),
    new Option("--seconds <n>", "stop after so long").argParser(parseCount).default(DEFAULT_SECONDS),
    new Option("--memory <size>", "memory that the query may take")
      .argParser(parseSize)
      .default(DEFAULT_MEMORY, "2GB"),
  ],
  input,
  examples: [
    ['deadwax catalogue sql "select genre, count(*) from track_genre group by all"', "a table"],
    ['deadwax catalogue sql "from track limit 5" --json', "rows as JSON lines"],
    ['deadwax catalogue sql "from album" --csv > albums.csv', "all albums as CSV"],
    ['deadwax catalogue sql "show tables"', "what there is to ask"],
  ],
  exitCodes: [10, 130],
  kind: "tells",
  async run(context, given) {
    const archive = await context.openArchive();
    const { currentSnapshot } = await import("../../catalogue/index.ts");
    return await runQuery(context, await currentSnapshot(archive), archive.layout.scratch, given);
  },
});

async function runQuery(
  context: CommandContext,
  snapshot: Snapshot,
  spillFolder: string,
  { query, csv, limit, seconds, memory }: Input,
): Promise<Outcome> {
  const { checkSelect, openReadOnly, queryError } = await import("../../catalogue/index.ts");
  const timeout = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([timeout, context.signal]);
  const { json } = context.flags;
  const most = limit ?? (csv || json ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT);
  const database = await openReadOnly(snapshot, { memoryLimit: `${memory}B`, spillFolder });
  const kept: (readonly unknown[])[] = [];
  let columns: readonly string[] = [];
  let rows = 0;
  let isCut = false;
  try {
    await checkSelect(database, query);
    const result = await database.query(query, signal);
    columns = result.columns;
    if (csv && !json) context.host.stdout.write(csvLine(columns));
    for await (const row of result.rows) {
      if (rows >= most) {
        isCut = true;
        break;
      }
      rows += 1;
      if (json) context.reporter.record({ type: "row", row: namedValues(columns, row) });
      else if (!csv) kept.push(row);
      else if (!context.host.stdout.write(csvLine(row))) await drained(context);
    }
  } catch (error) {
    throwIfAborted(context.signal);
    if (timeout.aborted) {
      throw new FailedError(`the query was stopped after ${seconds} seconds`, {
        hint: "give it more: --seconds",
      });
    }
    throw error instanceof UsageError ? error : queryError(error);
  } finally {
    database.close();
  }
  if (isCut) context.reporter.note(`there are more than ${rows} rows: --limit shows more, --csv all`);
  return {
    summary: { snapshot: snapshot.id, rows, columns },
    show: (output) => {
      if (csv) return;
      printTable(
        output,
        columns.map((name) => ({ name, shrinks: true })),
        kept.map((row) => row.map(plainText)),
      );
    },
  };
}

function namedValues(columns: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, at) => [name, row[at]]));
}

/** Waits until the reader of standard output has taken what was written. */
async function drained({ host, signal }: CommandContext): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => resolve();
    host.stdout.once("drain", end);
    host.stdout.once("close", end);
    signal.addEventListener("abort", end, { once: true });
  });
}
