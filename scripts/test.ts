import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installOnThisMachine } from "../test/setup/install.ts";
import { countTests, readReport } from "./test-results.ts";

/** A run that hangs has failed; this is far above the time that the tests may take. */
const LONGEST_RUN_MS = 40 * 60_000;

const STANDARD_OUTPUT = 1;
const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));

let passed = 0;
let failed = 0;

const setup = installOnThisMachine();
if (!setup.ok) fail(`set-up: ${setup.reason}`);
if (!(await succeeds("npm", ["run", "--silent", "build"]))) fail("the build failed");
if (!(await succeeds("npm", ["run", "--silent", "check"]))) fail("the check failed");

const folder = mkdtempSync(join(tmpdir(), "deadwax-test-"));
try {
  const reportFile = join(folder, "report.json");
  const vitest = [VITEST, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const exitedWell = await succeeds(process.execPath, [...vitest, ...process.argv.slice(2)]);
  const tally = countTests(readReport(reportFile), exitedWell);
  passed += tally.passed;
  failed += tally.failed;
  for (const remark of tally.remarks) say(remark);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// Written straight to the descriptor, after everyone else has ended: nothing may follow this line.
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function fail(reason: string): void {
  failed += 1;
  say(reason);
}

function say(line: string): void {
  writeSync(STANDARD_OUTPUT, `${line}\n`);
}

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_RUN_MS);
    const end = (well: boolean): void => {
      clearTimeout(timer);
      resolve(well);
    };
    child.once("error", () => end(false));
    child.once("exit", (code) => end(code === 0));
  });
}
