import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { makeSnapshot } from "../testing/made-snapshot.ts";
import { buildIndexes, planIndexes, removeUnfinishedIndexes } from "./build-indexes.ts";
import { searchSnapshot } from "./search-snapshot.ts";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const PROGRAM = fileURLToPath(new URL("../testing/index-and-die.ts", import.meta.url));

test("an index whose building is killed again and again is whole all the time, and the next build ends with the same bytes", async () => {
  const track = (track_id: number, title: string) => ({ track_id, title, album_no: 1, artist_nos: [1] });
  const { archive, snapshot, remove } = await makeSnapshot([
    {
      rows: {
        track: [track(10, "Ten"), track(20, "Twenty"), track(30, "Thirty"), track(40, "Forty")],
        album: [{ album_no: 1, album_id: 111, title: "One" }],
        artist: [{ artist_no: 1, artist_id: 201, name: "Somebody" }],
      },
    },
  ]);
  const folder = join(snapshot.folder, "index", "0");
  const contents = (): unknown =>
    readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .map((name) => [name, readFileSync(join(folder, name)).toString("hex")]);
  const build = (): Promise<void> =>
    buildIndexes(planIndexes(snapshot), { archive, reporter: silentReporter });
  await build();
  const whole = contents();
  // After the first key file, and when texts are read but not written.
  for (const step of [1, 5]) {
    const child = spawn(process.execPath, ["--import", TSX, PROGRAM, archive.layout.root, `${step}`], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [, signal] = await once(child, "exit");
    expect([step, signal]).toEqual([step, "SIGKILL"]);
    expect(contents()).toEqual(whole);
    expect(searchSnapshot(snapshot, "forty", 10).map(({ title }) => title)).toEqual(["Forty"]);
  }
  await removeUnfinishedIndexes(archive, snapshot);
  await build();
  expect(contents()).toEqual(whole);
  expect(readdirSync(archive.layout.scratch)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  remove();
});
