import { Argument, Option } from "commander";
import { z } from "zod";
import type { ExportFormat, Snapshot } from "../../catalogue/index.ts";
import { UsageError } from "../../core/errors.ts";
import { formatSize } from "../../core/sizes.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";

const FORMATS: ReadonlyMap<string, ExportFormat> = new Map([
  ["parquet", "parquet"],
  ["csv", "csv"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
]);
const TABLE_NAME = /^[a-z_]{1,40}$/;

const input = z.object({
  table: z.string().optional(),
  sql: z.string().optional(),
  output: z.string().optional(),
  links: z.string().optional(),
  force: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
type Input = z.infer<typeof input>;

export const catalogueExportCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "export"],
  summary: "write a table, or the answer to a query, to a file; or link all files for other programs",
  details:
    "The name of the file says what it is: .parquet, .csv or .jsonl. It has its name only when it is whole. --links makes a folder of hard links to the Parquet files of each table, which takes no space: for ClickHouse, Spark, or the DuckDB shell.",
  arguments: [new Argument("[table]", "a table of the catalogue, like track")],
  options: [
    new Option("--sql <query>", "a select instead of a table"),
    new Option("-o, --output <file>", "the file to write"),
    new Option("--links <folder>", "a new folder for links to the files of the snapshot").conflicts([
      "sql",
      "output",
    ]),
    new Option("--force", "write over a file that is there"),
    dryRunOption(),
  ],
  input,
  examples: [
    ["deadwax catalogue export track -o tracks.parquet", "one table"],
    ["deadwax catalogue export --sql \"from album where release_date like '1999%'\" -o 1999.csv", "a query"],
    ["deadwax catalogue export --links /data/catalogue", "all files, for another engine"],
  ],
  exitCodes: [10, 14, 130],
  kind: "does",
  async run(context, given) {
    const archive = await context.openArchive();
    const { currentSnapshot } = await import("../../catalogue/index.ts");
    const snapshot = await currentSnapshot(archive);
    if (given.links !== undefined) return await link(context, snapshot, given.links, given.dryRun);
    return await writeFile(context, snapshot, archive.layout.scratch, given);
  },
});

async function link(
  context: CommandContext,
  snapshot: Snapshot,
  to: string,
  dryRun: boolean,
): Promise<Outcome> {
  const { makeLinks, planLinks } = await import("../../catalogue/index.ts");
  const folder = context.resolvePath(to);
  const plan = planLinks(snapshot, folder);
  const copied = dryRun ? 0 : await makeLinks(plan, folder);
  const sizeBytes = plan.links.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    summary: { snapshot: snapshot.id, dryRun, folder, files: plan.links.length, copied, sizeBytes },
    show: (output) =>
      printFields(output, [
        ["folder", folder, "bold"],
        [dryRun ? "files that would be linked" : "files", plan.links.length],
        ["copied, for want of links", copied || null, "yellow"],
        ["size", formatSize(sizeBytes)],
      ]),
  };
}

async function writeFile(
  context: CommandContext,
  snapshot: Snapshot,
  spillFolder: string,
  { table, sql, output, force, dryRun }: Input,
): Promise<Outcome> {
  if (output === undefined || (table === undefined) === (sql === undefined)) {
    throw new UsageError("say what to write and where", {
      hint: "deadwax catalogue export TABLE -o FILE, or --sql QUERY -o FILE, or --links FOLDER",
    });
  }
  if (table !== undefined && !TABLE_NAME.test(table))
    throw new UsageError(`"${table}" is not the name of a table`);
  const format = FORMATS.get(/\.([a-z]+)$/.exec(output)?.[1] ?? "");
  if (!format) {
    throw new UsageError(`"${output}" does not say its format`, {
      hint: "end it in .parquet, .csv or .jsonl",
    });
  }
  const path = context.resolvePath(output);
  const { existsSync } = await import("node:fs");
  if (existsSync(path) && !force) throw new UsageError(`"${path}" is there already`, { hint: "add --force" });
  const { exportQuery } = await import("../../catalogue/index.ts");
  const query = sql ?? `select * from "${table}"`;
  const rows = dryRun
    ? null
    : await exportQuery(snapshot, {
        sql: query,
        path,
        format,
        database: { memoryLimit: "2GB", spillFolder },
      });
  return {
    summary: { snapshot: snapshot.id, dryRun, output: path, format, rows },
    show: (messages) =>
      printFields(messages, [
        [dryRun ? "would write" : "file", path, "bold"],
        ["format", format],
        ["rows", rows],
      ]),
  };
}
