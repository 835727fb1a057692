import { expect, test } from "vitest";
import { COMMAND_NAMES, loadCommands, runCommandLine } from "../../src/cli/index.ts";
import { testHost } from "../../src/cli/testing/test-host.ts";
import { deadwax } from "./deadwax.ts";

const names = COMMAND_NAMES;

test("each command has the words that it is loaded by", async () => {
  const commands = await loadCommands(names);
  expect(commands.map(({ path }) => path.join(" "))).toEqual(names);
});

test("the commands are there", () => {
  expect(names).toEqual([
    "preserve",
    "init",
    "source add audio",
    "source add plays",
    "source add measures",
    "source add musicbrainz",
    "source add listenbrainz",
    "source add internet-archive",
    "source add fma",
    "source add discogs",
    "source add ern",
    "source add table",
    "source map",
    "catalogue build",
    "catalogue show",
    "catalogue search",
    "catalogue find",
    "catalogue sql",
    "catalogue export",
    "catalogue index",
    "catalogue list",
    "catalogue diff",
    "catalogue compact",
    "catalogue gc",
    "catalogue conflicts",
    "catalogue duplicates",
    "rights build",
    "rights declare",
    "rights show",
    "rights report",
    "plan",
    "plan curve",
    "plan explain",
    "plan compare",
    "plan list",
    "pack",
    "release create",
    "release verify",
    "release list",
    "release state",
    "extract",
    "get",
    "swarm seed",
    "swarm health",
    "swarm feed",
    "swarm mirror",
    "swarm allocate",
    "audio check",
    "audio analyse",
    "report",
    "status",
    "doctor",
    "config show",
    "twin",
    "twin check",
  ]);
});

test.each(names)("deadwax %s --help shows examples and exit codes", async (name) => {
  const host = testHost();
  expect(await runCommandLine([...name.split(" "), "--help"], host)).toBe(0);
  const help = host.readStdout();
  const examples = help.slice(help.indexOf("\nExamples:\n"), help.indexOf("\nExit codes:\n")).split("\n");
  const lines = examples.filter((line) => line.includes(`deadwax`) && line.includes(name));
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(help).toMatch(/Exit codes:\n {4}0 {2}done\n/);
  expect(help).toContain("--json");
});

test("the lines of an explanation are joined before they are broken at the width of the terminal", async () => {
  const host = testHost({ terminalColumns: 80 });
  await runCommandLine(["audio", "check", "--help"], host);
  const paragraph = host.readStdout().split("\n\n")[2] ?? "";
  const lines = paragraph.split("\n");
  expect(lines.length).toBeGreaterThan(2);
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const next = lines[index + 1]?.split(" ")[0] ?? "";
    expect(`${line} ${next}`.length).toBeGreaterThan(80 - 1);
  }
});

test("a command that writes has --dry-run, one that asks has --yes", async () => {
  for (const name of names.filter((each) =>
    /add|build|declare|^plan$|pack|create|init|preserve/.test(each),
  )) {
    const host = testHost();
    await runCommandLine([...name.split(" "), "--help"], host);
    expect(`${name}: ${host.readStdout()}`).toContain("--dry-run");
  }
  const host = testHost();
  await runCommandLine(["preserve", "--help"], host);
  expect(host.readStdout()).toContain("--yes");
});

test.each([
  "--help",
  "help",
  "help release create",
  "release create --help",
  "source add --help",
  "--version",
])("the built program answers deadwax %s", async (line) => {
  const run = await deadwax(line.split(" "));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).not.toBe("");
});
