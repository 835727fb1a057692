import { expect, test } from "vitest";
import { commandsAskedFor } from "./commands-asked-for.ts";

const NAMES = ["init", "plan", "plan curve", "plan list", "source add table", "source map"];

test.each([
  ["init archive", ["init"]],
  ["--archive folder --json source add table file --map m.json", ["source add table"]],
  ["source --archive=folder add --workers 2 table", ["source add table"]],
  ["plan curve", ["plan curve"]],
  ["plan --budget 1TB", ["plan", "plan curve", "plan list"]],
  ["plan curv", ["plan", "plan curve", "plan list"]],
  ["source add", NAMES],
  ["help plan list", NAMES],
  ["--archive init", NAMES],
  ["", NAMES],
])('of "%s" these are loaded', (line, expected) => {
  expect(commandsAskedFor(line.split(" "), NAMES)).toEqual(expected);
});
