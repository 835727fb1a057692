import { readFileSync } from "node:fs";
import { z } from "zod";

/** What is read of vitest's JSON report. */
const reportSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** What a person should know that the count does not say. */
  readonly remarks: readonly string[];
}

/**
 * Counts a vitest run. A file that could not be loaded, an error outside every test, a skipped test and a run without
 * tests count as failures: none of them may look like success.
 */
export function countTests(report: unknown, exitedWell: boolean): Tally {
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) return { passed: 0, failed: 1, remarks: ["vitest left no report"] };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data;
  const remarks: string[] = [];
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((result) => result.status === "failed"),
  ).length;
  if (broken > 0) remarks.push(`${broken} test files failed outside their tests`);
  const skipped = numPendingTests + numTodoTests;
  if (skipped > 0) remarks.push(`${skipped} tests were skipped: they count as failed`);
  let failed = numFailedTests + broken + skipped;
  if (numPassedTests === 0 && failed === 0) {
    remarks.push("no test ran");
    failed = 1;
  }
  if (failed === 0 && !(exitedWell && parsed.data.success)) {
    remarks.push("vitest failed outside the tests");
    failed = 1;
  }
  return { passed: numPassedTests, failed, remarks };
}

export function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
