import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone } from "../fixtures/audio.ts";
import {
  type CommandRun,
  deadwax,
  type RunningCommand,
  recordsOf,
  startDeadwax,
  summaryOf,
} from "./deadwax.ts";

const TRACKS = 5;
const KILLS = 8;

let folder: string;
let music: string;
/** Shards of a run that nobody disturbed. */
let expected: readonly string[];
let linesOfWholeRun: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-interrupts-"));
  music = join(folder, "music");
  for (let track = 1; track <= TRACKS; track += 1) {
    makeTestTone({
      path: join(music, `${track}.ogg`),
      codec: "vorbis",
      seconds: 40,
      seed: track,
      bitrateKbps: 160,
      tags: [
        ["TITLE", `Number ${track}`],
        ["LICENSE", "https://creativecommons.org/publicdomain/zero/1.0/"],
      ],
    });
  }
  const run = await deadwax(preserve(join(folder, "undisturbed")));
  expect(run.code).toBe(0);
  expected = shardsOf(join(folder, "undisturbed"));
  expect(expected.length).toBeGreaterThan(0);
  linesOfWholeRun = recordsOf(run).length;
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A budget that asks for access copies, so that packing takes its time. */
function preserve(archive: string): string[] {
  return ["preserve", music, "--into", archive, "--budget", "4.2MB", "--yes", "--json"];
}

function shardsOf(archive: string): readonly string[] {
  return readdirSync(join(archive, "shards"))
    .filter((name) => name.endsWith(".tar"))
    .sort();
}

/** What a disturbed run must not leave behind once it has been gone on with. */
function leftovers(archive: string): readonly string[] {
  return readdirSync(archive, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(^|\/)\.(tmp-|partial-|lock)|^\.scratch\//.test(name),
  );
}

/** Calls `strike` when the run has printed so many lines; the run may have ended by then. */
function afterLines(running: RunningCommand, lines: number, strike: () => void): Promise<CommandRun> {
  let seen = 0;
  running.child.stdout?.on("data", (text: string) => {
    const before = seen;
    seen += text.split("\n").length - 1;
    if (before < lines && seen >= lines) strike();
  });
  return running.done;
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while packing ends with 130, and the same command goes on",
  async (signal) => {
    const archive = join(folder, `stopped-by-${signal}`);
    const running = startDeadwax(preserve(archive));
    let text = "";
    let isSent = false;
    running.child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      if (isSent || !text.includes('"label":"packing"')) return;
      isSent = true;
      running.child.kill(signal);
    });
    const stopped = await running.done;
    expect(stopped).toMatchObject({ code: 130, signal: null });
    expect(stopped.stdout).toContain("stopping after the current step");
    expect(recordsOf(stopped).find(({ type }) => type === "error")).toMatchObject({
      code: "interrupted",
      hint: expect.stringContaining("again"),
    });
    expect(summaryOf(stopped)).toMatchObject({ exitCode: 130 });
    expect(readdirSync(archive)).not.toContain(".lock");
    const resumed = await deadwax(preserve(archive));
    expect(resumed.code).toBe(0);
    expect(shardsOf(archive)).toEqual(expected);
    expect(leftovers(archive)).toEqual([]);
  },
);

test("a run that is killed again and again, anywhere, ends with the very same shards", async () => {
  const archive = join(folder, "killed");
  const moments = Array.from({ length: KILLS }, () => 1 + Math.floor(Math.random() * linesOfWholeRun));
  for (const lines of moments) {
    const running = startDeadwax(preserve(archive));
    const run = await afterLines(running, lines, () => running.child.kill("SIGKILL"));
    const ended = run.signal === "SIGKILL" || run.code === 0;
    expect({ moments, lines, ended, run: ended ? null : run }).toMatchObject({ ended: true });
  }
  const last = await deadwax(preserve(archive));
  expect({ moments, code: last.code, stdout: last.code === 0 ? "" : last.stdout }).toMatchObject({ code: 0 });
  expect(summaryOf(last)).toMatchObject({ verified: { ok: true }, quarantined: 0 });
  expect(shardsOf(archive)).toEqual(expected);
  expect(leftovers(archive)).toEqual([]);
}, 240_000);

test("one worker and three make the same shards", async () => {
  const archive = join(folder, "three-workers");
  expect((await deadwax([...preserve(archive), "--workers", "3"])).code).toBe(0);
  expect(shardsOf(archive)).toEqual(expected);
});
