import { Argument, Option } from "commander";
import { z } from "zod";
import type { RowDifference, Snapshot } from "../../catalogue/index.ts";
import { type Archive, FailedError } from "../../core/index.ts";
import { trackIdFromBigInt } from "../../formats/identifiers/index.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import type { Output } from "../report/output.ts";
import { type Column, printTable } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "TABLE" },
  { name: "ADDED", align: "right" },
  { name: "CHANGED", align: "right" },
  { name: "REMOVED", align: "right" },
];
const SIGNS = { added: "+", changed: "~", removed: "-" } as const;
const DEFAULT_ROWS = 3;

export const catalogueDiffCommand: RegisteredCommand = defineCommand({
  path: ["catalogue", "diff"],
  summary: "what was added, changed and removed between two snapshots",
  arguments: [
    new Argument("<from>", "a snapshot id, see deadwax catalogue list"),
    new Argument("[to]", "another one (default: the current one)"),
  ],
  options: [
    new Option("--rows <n>", "the first rows of each kind of change")
      .argParser(parseCount)
      .default(DEFAULT_ROWS),
  ],
  input: z.object({ from: z.string(), to: z.string().optional(), rows: z.int() }),
  examples: [
    ["deadwax catalogue diff s-76ba0a0282ef", "what has come since that snapshot"],
    ["deadwax catalogue diff s-76ba0a0282ef s-0c11f2a3b4d5 --json", "counts and rows as JSON lines"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, { from, to, rows }) {
    const archive = await context.openArchive();
    const { currentSnapshot, diffSnapshots } = await import("../../catalogue/index.ts");
    const [a, b] = [
      await snapshotNamed(archive, from),
      to === undefined ? await currentSnapshot(archive) : await snapshotNamed(archive, to),
    ];
    const shown: RowDifference[] = [];
    const tables = await diffSnapshots({
      archive,
      from: a,
      to: b,
      rows,
      onRow: (row) => {
        shown.push(row);
        context.reporter.record({
          type: "difference",
          ...row,
          before: plain(row.before),
          after: plain(row.after),
        });
      },
    });
    const different = tables.filter(({ added, changed, removed }) => added + changed + removed > 0);
    for (const table of different) context.reporter.record({ type: "table", ...table });
    return {
      summary: { from: a.id, to: b.id, tables: different },
      show: (output) => {
        if (different.length === 0) output.line("no difference");
        else {
          printTable(
            output,
            COLUMNS,
            different.map(({ table, added, changed, removed }) => [table, added, changed, removed]),
          );
          for (const row of shown) showRow(output, row);
        }
      },
    };
  },
});

async function snapshotNamed(archive: Archive, id: string): Promise<Snapshot> {
  const { readSnapshot } = await import("../../catalogue/index.ts");
  const snapshot = /^s-[0-9a-f]{12}$/.test(id) ? await readSnapshot(archive, id) : null;
  if (snapshot) return snapshot;
  throw new FailedError(`there is no snapshot "${id}"`, {
    hint: "see which there are: deadwax catalogue list",
  });
}

function showRow(output: Output, { table, change, before, after }: RowDifference): void {
  const [old, now] = [plain(before), plain(after)];
  const names = Object.keys(now ?? old ?? {});
  const isSame = (name: string) => JSON.stringify(old?.[name]) === JSON.stringify(now?.[name]);
  const cells = names
    .filter((name, at) => at === 0 || !(change === "changed" && isSame(name)))
    .map((name) => ({ name, value: (now ?? old)?.[name] ?? null }))
    .filter(({ value }) => change === "changed" || value !== null)
    .map(({ name, value }) => `${name} ${JSON.stringify(value)}`);
  output.line(`${SIGNS[change]} ${table}: ${cells.join(", ")}`);
}

/** A row as JSON: ids as people see them, other 64-bit numbers as text where a number would not be exact. */
function plain(row: RowDifference["after"]): Record<string, unknown> | null {
  if (row === null) return null;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "bigint" ? plainNumber(name, value) : value,
    ]),
  );
}

function plainNumber(name: string, value: bigint): string | number {
  if (/(^|_)id$/.test(name) || name === "same_as") return trackIdFromBigInt(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
