import { expect, test } from "vitest";
import { countTests } from "../../scripts/test-results.ts";

const clean = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
};

test.each([
  ["a clean run", clean, true, 3, 0],
  ["a failed test", { ...clean, success: false, numPassedTests: 2, numFailedTests: 1 }, false, 2, 1],
  ["a skipped test", { ...clean, numPendingTests: 1 }, true, 3, 1],
  ["a test to do", { ...clean, numTodoTests: 2 }, true, 3, 2],
  [
    "a file that cannot be loaded",
    { ...clean, testResults: [{ status: "failed", assertionResults: [] }] },
    false,
    3,
    1,
  ],
  [
    "a failed test and a file that fails for that test alone",
    {
      ...clean,
      numFailedTests: 1,
      testResults: [{ status: "failed", assertionResults: [{ status: "failed" }] }],
    },
    false,
    3,
    1,
  ],
  ["an error outside every test", clean, false, 3, 1],
  ["a run without tests", { ...clean, numPassedTests: 0 }, true, 0, 1],
  ["no report", null, true, 0, 1],
  ["something else than a report", { hello: 1 }, true, 0, 1],
])("%s is counted", (_, report, exitedWell, passed, failed) => {
  expect(countTests(report, exitedWell)).toMatchObject({ passed, failed });
});
