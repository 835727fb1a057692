import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, silentReporter } from "../core/index.ts";
import { createRelease } from "./create-release.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-kill-release-"));
const CLOSED = 2;
const KILLS = 9;
let archive: Archive;

beforeAll(async () => {
  archive = await makeEmptyArchive(join(root, "archive"));
  await sealTracks(
    archive,
    [1, 2, 3].map((number) => ({ number, audio: noiseBytes(number, 9000) })),
  );
  await sealTracks(
    archive,
    [4, 5].map((number) => ({ number, audio: noiseBytes(number, 40_000) })),
  );
  await planByHand(
    archive,
    [1, 2, 3, 4, 5].map((number) => ({ number, disposition: "original" as const })),
  );
});
afterAll(() => rmSync(root, { recursive: true }));

/** Makes the release in a child that is killed before its file operation `number`; gives how many there were when it was not. */
function releaseInChild(
  number: number,
): Promise<{ readonly wasKilled: boolean; readonly operations: number }> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const program = fileURLToPath(new URL("testing/release-and-die.ts", import.meta.url));
  const given = ["--import", loader, program, archive.layout.root, String(number), String(CLOSED)];
  const child = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const wasKilled = signal === "SIGKILL";
      if (code === 0 || wasKilled) resolve({ wasKilled, operations: Number(stdout) });
      else reject(new Error(`exit code ${code}`));
    });
  });
}

/** Every file below the releases with its bytes. */
function published(): ReadonlyMap<string, string> {
  const paths = readdirSync(archive.layout.releases, {
    recursive: true,
    encoding: "utf8",
    withFileTypes: true,
  });
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    files.sort((a, b) => a.localeCompare(b)).map((path) => [path, readFileSync(path).toString("base64")]),
  );
}

function clear(): void {
  rmSync(archive.layout.releases, { recursive: true });
  mkdirSync(archive.layout.releases);
}

test("a run that is killed at any moment is made good by the next, to the same bytes", async () => {
  const { operations } = await releaseInChild(0);
  const wanted = published();
  expect(wanted.size).toBeGreaterThan(8);
  for (let kill = 0; kill < KILLS; kill += 1) {
    clear();
    const { wasKilled } = await releaseInChild(1 + Math.floor((kill * (operations - 1)) / (KILLS - 1)));
    expect(wasKilled).toBe(true);
    const announced = readdirSync(archive.layout.releases).includes("killed.json");
    const summary = await createRelease({
      archive,
      reporter: silentReporter,
      gate: gateBut([CLOSED]),
      name: announced ? undefined : "killed",
      clock: { now: () => new Date("2026-11-23T12:00:00Z") },
    });
    expect(summary.name).toBe("killed");
    expect(published()).toEqual(wanted);
  }
}, 300_000);
