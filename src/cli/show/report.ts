import type { Report } from "../../insight/index.ts";
import type { Output } from "../report/output.ts";
import { printFields } from "../report/table.ts";

/** Where the page is; without one, every figure in its sentence. */
export function showReport(output: Output, report: Report, path: string | null): void {
  printFields(output, [
    ["snapshot", report.snapshot.id, "bold"],
    ["tracks", report.snapshot.tracks],
    ["figures from", report.from],
    ["page", path],
  ]);
  if (path !== null) return;
  for (const { title, figures } of report.sections) {
    output.line();
    output.line(output.paint("bold", title));
    for (const figure of figures) output.line(`  ${figure.title}: ${figure.sentence}`);
  }
}
