import { formatSize } from "../../core/sizes.ts";
import type { Plan, PlanComparison } from "../../selection/index.ts";
import type { Output } from "../report/output.ts";
import { type Cell, type Column, printFields, printTable, sizeCell } from "../report/table.ts";
import { percent } from "./plan-budgets.ts";

const COLUMNS: readonly Column[] = [
  { name: "" },
  { name: "TRACKS", align: "right" },
  { name: "BYTES", align: "right" },
  { name: "COUNTED LISTENS", align: "right" },
  { name: "OF ALL", align: "right" },
];
const OVERLAP_COLUMNS: readonly Column[] = [
  { name: "IN A" },
  { name: "IN B" },
  { name: "TRACKS", align: "right" },
  { name: "BYTES IN A", align: "right" },
  { name: "BYTES IN B", align: "right" },
  { name: "COUNTED LISTENS", align: "right" },
];
const EXAMPLE_COLUMNS: readonly Column[] = [
  { name: "ONLY IN" },
  { name: "TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "ARTIST", shrinks: true },
  { name: "POPULARITY", align: "right" },
  { name: "LISTENS", align: "right" },
];

export function showComparison(
  output: Output,
  plans: readonly [Plan, Plan],
  { a, b, both, onlyA, onlyB, neither, overlaps, examples, snapshot }: PlanComparison,
): void {
  const all = both.listens + onlyA.listens + onlyB.listens + neither.listens;
  const row = (name: string, part: { tracks: number; bytes?: number; listens: number }): readonly Cell[] => [
    name,
    part.tracks,
    part.bytes === undefined ? "" : sizeCell(output, part.bytes),
    part.listens,
    all > 0 ? percent(part.listens / all) : "",
  ];
  printFields(output, [
    ["catalogue", snapshot],
    ["A", describePlan(plans[0]), "bold"],
    ["B", describePlan(plans[1]), "bold"],
  ]);
  output.line();
  printTable(output, COLUMNS, [
    row("A keeps", a),
    row("B keeps", b),
    row("both keep", both),
    row("only A", onlyA),
    row("only B", onlyB),
    row("neither", neither),
  ]);
  output.line();
  printTable(
    output,
    OVERLAP_COLUMNS,
    overlaps.map((one) => [
      one.a,
      one.b,
      one.tracks,
      sizeCell(output, one.bytes_a),
      sizeCell(output, one.bytes_b),
      one.listens,
    ]),
  );
  if (examples.length === 0) return;
  output.line();
  printTable(
    output,
    EXAMPLE_COLUMNS,
    examples.map(({ side, track_id, title, artist, popularity, listens }) => [
      side.toUpperCase(),
      track_id,
      title,
      artist,
      popularity === null ? null : popularity.toFixed(1),
      listens,
    ]),
  );
}

function describePlan({ id, document, policy }: Plan): string {
  const budget = document.budgetBytes === null ? "no limit" : formatSize(document.budgetBytes);
  return `${id}: rule ${policy.selection.rule}, ${budget}`;
}
