import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EXIT } from "../core/errors.ts";
import { EXIT_MEANINGS } from "./exit-codes.ts";

test("every exit code has a meaning", () => {
  expect([...EXIT_MEANINGS.keys()].sort((a, b) => a - b)).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});

test("the documentation lists the exit codes as the help does", () => {
  const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("## Exit codes"), page.indexOf("## Stopping"));
  const rows = [...section.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map((row) => [Number(row[1]), row[2]]);
  expect(rows).toEqual([...EXIT_MEANINGS]);
});
