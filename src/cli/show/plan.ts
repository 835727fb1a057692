import { formatSize } from "../../core/sizes.ts";
import { DISPOSITIONS, type Disposition } from "../../selection/disposition.ts";
import type { PlanSummary } from "../../selection/index.ts";
import { bar } from "../report/bar.ts";
import { counted } from "../report/counted.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable, sizeCell } from "../report/table.ts";
import { percent } from "./plan-budgets.ts";

const DISPOSITION_WORDS: Readonly<Record<Disposition, string>> = {
  original: "original, bit for bit",
  "access-copy": "access copy, Opus",
  "metadata-only": "metadata only",
};

const TOTAL_COLUMNS: readonly Column[] = [
  { name: "KEPT AS" },
  { name: "TRACKS", align: "right" },
  { name: "BYTES", align: "right" },
];
const SHARE_COLUMN: Column = { name: "TRACKS, AS A SHARE" };
const SHARE_COLUMNS = 24;
const REASON_COLUMNS: readonly Column[] = [{ name: "REASON" }, { name: "TRACKS", align: "right" }];
const LEFT_OUT_COLUMNS: readonly Column[] = [
  { name: "LEFT OUT" },
  { name: "TITLE", shrinks: true },
  { name: "ARTIST", shrinks: true },
  { name: "REASON" },
];
const SHOWN_LEFT_OUT = 10;

/** What is kept, at which tier, for how many bytes, and who is left out. Bytes are estimates: packing measures. */
export function showPlan(output: Output, plan: PlanSummary): void {
  printFields(output, planFields(plan));
  output.line();
  const all = DISPOSITIONS.reduce((sum, name) => sum + plan.totals[name].tracks, 0);
  printTable(
    output,
    output.isTerminal ? [...TOTAL_COLUMNS, SHARE_COLUMN] : TOTAL_COLUMNS,
    DISPOSITIONS.map((name) => {
      const { tracks, bytes } = plan.totals[name];
      const share = bar(all === 0 ? 0 : tracks / all, SHARE_COLUMNS).trimEnd();
      return [DISPOSITION_WORDS[name], tracks, sizeCell(output, bytes), share];
    }),
  );
  output.line();
  printTable(output, REASON_COLUMNS, Object.entries(plan.reasons));
  if (plan.leftOut.length === 0) return;
  const shown = output.isTerminal ? plan.leftOut.slice(0, SHOWN_LEFT_OUT) : plan.leftOut;
  output.line();
  printTable(
    output,
    LEFT_OUT_COLUMNS,
    shown.map(({ track_id, title, artist, reason }) => [track_id, title, artist, reason]),
  );
  const more = plan.totals["metadata-only"].tracks - shown.length;
  if (more > 0 && output.isTerminal) output.line(output.paint("dim", `… and ${more} more`));
}

function planFields(plan: PlanSummary): readonly Field[] {
  const { budgetBytes, shards, value, gates } = plan;
  return [
    ["plan", plan.plan, "bold"],
    ["budget", budgetBytes === null ? "no limit" : formatSize(budgetBytes)],
    ["would take", `${formatSize(shards.bytes)} in ${counted(shards.count, "shard")} (estimated)`],
    [
      "keeps",
      value.whole > 0 ? `${((100 * value.kept) / value.whole).toFixed(1)} % of expected listens` : null,
    ],
    [
      "bound",
      value.bound !== null && value.bound > 0 && budgetBytes !== null
        ? `within ${percent(1 - value.kept / value.bound)} of the most that any plan could keep`
        : null,
    ],
    [
      "assumed",
      plan.assumed.tracks > 0
        ? `${counted(plan.assumed.tracks, "track")}, ${formatSize(plan.assumed.bytes)}: no file is held, sizes are estimates of the policy`
        : null,
      "yellow",
    ],
    [
      "dark",
      gates.dark.tracks > 0 && plan.assumed.tracks === 0
        ? `${counted(gates.dark.tracks, "track")}: kept, but not released`
        : null,
      "yellow",
    ],
  ];
}
