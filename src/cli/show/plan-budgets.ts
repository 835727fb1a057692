import { formatSize } from "../../core/sizes.ts";
import type { BudgetOutcome, CurveStep } from "../../selection/index.ts";
import { bar } from "../report/bar.ts";
import type { Output } from "../report/output.ts";
import { type Cell, type Column, printTable, sizeCell } from "../report/table.ts";

const BUDGET_COLUMNS: readonly Column[] = [
  { name: "BUDGET", align: "right" },
  { name: "WOULD TAKE", align: "right" },
  { name: "ORIGINALS", align: "right" },
  { name: "ACCESS COPIES", align: "right" },
  { name: "LISTENS KEPT", align: "right" },
];
const SHARE_COLUMN: Column = { name: "AS A SHARE" };
const MARGIN_COLUMN: Column = { name: "NEXT TB BUYS", align: "right" };
const SHARE_COLUMNS = 24;

/** One line for each budget, the last without a limit. */
export function showBudgets(output: Output, budgets: readonly BudgetOutcome[]): void {
  const columns = output.isTerminal ? [...BUDGET_COLUMNS, SHARE_COLUMN] : BUDGET_COLUMNS;
  printTable(
    output,
    columns,
    budgets.map((one) => [...budgetCells(output, one), bar(one.share, SHARE_COLUMNS).trimEnd()]),
  );
}

/** The marginal curve: what each part of the way to everything keeps, and what a further TB bought there. */
export function showCurve(output: Output, steps: readonly CurveStep[]): void {
  const columns = [...BUDGET_COLUMNS, MARGIN_COLUMN, ...(output.isTerminal ? [SHARE_COLUMN] : [])];
  const whole = steps.at(-1)?.value ?? 0;
  printTable(
    output,
    columns,
    steps.map((one) => [
      ...budgetCells(output, one),
      whole > 0 ? percent(one.valuePerTb / whole) : "",
      bar(one.share, SHARE_COLUMNS).trimEnd(),
    ]),
  );
}

function budgetCells(output: Output, one: BudgetOutcome): readonly Cell[] {
  return [
    one.budgetBytes === null ? "no limit" : formatSize(one.budgetBytes),
    sizeCell(output, one.bytes),
    one.original,
    one.accessCopy,
    percent(one.share),
  ];
}

/** With enough digits to tell small shares of the last listens apart. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  const digits = value >= 99.995 || value < 0.1 ? 4 : value >= 99 ? 3 : 2;
  return `${value.toFixed(value >= 100 ? 1 : digits)} %`;
}
