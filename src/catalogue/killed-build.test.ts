import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { currentSnapshot } from "./store/snapshot-store.ts";
import { writeAudioAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const PROGRAM = fileURLToPath(new URL("./testing/build-and-die.ts", import.meta.url));

test("a build killed at any moment leaves the former snapshot current and whole, and the next build cleans up", async () => {
  const { archive } = it;
  await writeAudioAccession(archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
  await it.build();
  const former = await currentSnapshot(archive);
  await writeAudioAccession(archive, { label: "m", day: 2, files: [{ path: "b.ogg" }] });

  for (const step of ["1", "5", "9", "12", "30"]) {
    const child = spawnSync(process.execPath, ["--import", TSX, PROGRAM, archive.layout.root, step]);
    expect(child.signal, `${step}: ${child.stderr.toString()}`).toBe("SIGKILL");
    expect((await currentSnapshot(archive)).id).toBe(former.id);
    expect(await it.query("select count(*)::integer as n from track")).toEqual([{ n: 1 }]);
  }
  // Killed after the new snapshot's folder has its name, before CURRENT is written.
  const published = await it.build();
  writeFileSync(join(archive.layout.catalogue, "CURRENT"), `${former.id}\n`);
  const after = await it.build();
  expect(after).toMatchObject({ snapshot: published.snapshot, created: false });
  expect(after.snapshot).not.toBe(former.id);
  expect(after.tables.track).toBe(2);
  expect(readdirSync(archive.layout.catalogue).sort()).toEqual(["CURRENT", former.id, after.snapshot].sort());
});
