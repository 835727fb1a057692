import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../../core/archive.ts";
import { Database } from "../../core/database.ts";
import { silentReporter } from "../../core/reporter.ts";
import { listAccessions } from "../accession/accession.ts";
import { tableRows } from "../testing/intake-fixture.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type AddListenBrainzSourceOptions, addListenBrainzSource } from "./add-listenbrainz-source.ts";

let folder: TemporaryFolder;
let archive: Archive;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ archive } = await initArchive(join(folder.path, "archive")));
});
afterEach(() => folder.remove());

const MBID = "b25f351b-206f-4297-95bd-78459b70414";

async function add(name: string, options: Partial<AddListenBrainzSourceOptions> = {}) {
  const files = [join(folder.path, name)];
  const summary = await addListenBrainzSource({ archive, reporter: silentReporter, files, ...options });
  const accession = (await listAccessions(archive)).at(-1);
  if (!accession) throw new Error("no accession");
  const plays = await tableRows(accession, "plays");
  return { summary, plays: plays.map((row) => [row.match_kind, row.match_value, row.plays, row.until]) };
}

test("counts of recordings go in, with the day they run to", async () => {
  const lines = [
    { recording_mbid: `${MBID}0`, total_listen_count: 7, total_user_count: 3 },
    { recording_mbid: `${MBID}1`.toUpperCase(), listen_count: "8", until: "2026-10-31T00:00:00Z" },
    { recording_mbid: `${MBID}2`, listen_count: 0, to_ts: 1_700_000_000, artist_mbid: `${MBID}9` },
    { artist_mbid: `${MBID}9`, total_listen_count: 7 },
    { recording_mbid: "none", total_listen_count: 7 },
    { recording_mbid: `${MBID}3`, count: 7 },
    { recording_mbid: `${MBID}4`, listen_count: -1 },
    { recording_mbid: `${MBID}5`, listen_count: [5] },
  ];
  folder.put("listens.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { summary, plays } = await add("listens.jsonl", { until: "2026-11-01" });
  expect(plays).toEqual([
    ["mbid-recording", `${MBID}0`, 7n, "2026-11-01"],
    ["mbid-recording", `${MBID}1`, 8n, "2026-10-31"],
    ["mbid-recording", `${MBID}2`, 0n, "2023-11-14"],
  ]);
  expect(summary.rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    "4 a count of an artist, not of a recording",
    "5 no recording MBID",
    "6 no count of listens: another kind of file, or another version",
    "7 no number of listens",
    "8 no number of listens",
  ]);
});

test("Parquet goes in too, and its bad rows are counted by reason", async () => {
  const database = await Database.open();
  await database.run(`copy (
    select ('${MBID}' || i)::uuid as recording_mbid, i * 10 as total_listen_count from range(5) t(i)
    union all select null, 5 union all select '${MBID}5', null
  ) to '${join(folder.path, "listens.parquet")}' (format parquet)`);
  database.close();
  const { summary, plays } = await add("listens.parquet");
  expect(plays).toHaveLength(5);
  expect(plays[4]).toEqual(["mbid-recording", `${MBID}4`, 40n, null]);
  expect(summary.rejected).toBe(2);
  expect(summary.rejects.map(({ reason }) => reason)).toEqual([
    "1 rows: no count of listens: another kind of file, or another version",
    "1 rows: no recording MBID",
  ]);
});

test("a day that is none, and Parquet that is none, are refused", async () => {
  folder.put("x.parquet", "PAR1 and nothing more");
  await expect(add("x.parquet")).rejects.toThrow(/cannot be read as Parquet/);
  folder.put("x.jsonl", "{}\n");
  await expect(add("x.jsonl", { until: "yesterday" })).rejects.toThrow(/is no day/);
});
