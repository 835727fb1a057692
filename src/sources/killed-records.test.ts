import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../core/archive.ts";
import { silentReporter } from "../core/reporter.ts";
import { listAccessions } from "./accession/accession.ts";
import { addDiscogsSource } from "./discogs/add-discogs-source.ts";
import { addErnSource } from "./ern/add-ern-source.ts";
import { ern43 } from "./ern/testing/messages.ts";
import { addTableSource } from "./table/add-table-source.ts";
import { type TemporaryFolder, temporaryFolder } from "./testing/temporary-folder.ts";

const CHILD = new URL("./testing/add-and-die.ts", import.meta.url).pathname;

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function newArchive(name: string): Promise<Archive> {
  return (await initArchive(join(folder.path, name))).archive;
}

/** Kills a run half way, adds again, and compares with an archive that nothing happened to. */
async function expectSameAfterKill(
  kind: string,
  args: readonly string[],
  add: (archive: Archive) => Promise<unknown>,
): Promise<void> {
  const archive = await newArchive("archive");
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, archive.layout.root, kind, ...args], {
    stdio: "inherit",
  });
  const signal = await new Promise((resolve) => child.once("close", (_, name) => resolve(name)));
  expect(signal).toBe("SIGKILL");
  expect(await listAccessions(archive)).toEqual([]);
  expect(readdirSync(archive.layout.scratch).length).toBeGreaterThan(0);
  await add(archive);
  const { scratch } = archive.layout;
  expect(existsSync(scratch) ? readdirSync(scratch) : []).toEqual([]);
  const other = await newArchive("other");
  await add(other);
  const [after] = await listAccessions(archive);
  const [whole] = await listAccessions(other);
  const digests = (tables: Readonly<Record<string, { readonly sha256: string }>> | undefined) =>
    Object.entries(tables ?? {}).map(([name, { sha256 }]) => `${name} ${sha256}`);
  expect(digests(after?.tables)).toContainEqual(expect.stringMatching(/^tracks\.parquet /));
  expect(digests(after?.tables)).toEqual(digests(whole?.tables));
}

test("Discogs: nothing of a run that was killed is left, and the next is whole", async () => {
  const release = (id: number): string =>
    `<release id="${id}" status="Accepted"><artists><artist><id>1</id><name>Ada</name></artist></artists><title>Title ${id}</title><tracklist><track><position>1</position><title>One ${id}</title><duration>3:00</duration></track></tracklist></release>\n`;
  const text = `<releases>\n${Array.from({ length: 12_000 }, (_, n) => release(n + 1)).join("")}</releases>\n`;
  const file = folder.put("releases.xml", text).toString();
  await expectSameAfterKill("discogs", [file, "", String(text.length / 2)], (archive) =>
    addDiscogsSource({ archive, reporter: silentReporter, files: [file] }),
  );
}, 60_000);

test("ERN: nothing of a run that was killed is left, and the next is whole", async () => {
  for (let n = 0; n < 20; n += 1) {
    const isrc = `DKAAA26000${String(n).padStart(2, "0")}`;
    folder.put(
      `messages/${n}.xml`,
      ern43({ id: `m${n}`, isrc, icpn: String(5_012_345_678_900 + n), deals: [{ territories: ["DK"] }] }),
    );
  }
  const messages = join(folder.path, "messages");
  const half = 10 * statSync(join(messages, "0.xml")).size;
  await expectSameAfterKill("ern", [messages, "", String(half)], (archive) =>
    addErnSource({ archive, reporter: silentReporter, files: [messages] }),
  );
}, 60_000);

test("a table: nothing of a run that was killed is left, and the next is whole", async () => {
  const row = (n: number): string => `k${n},Song ${n},Artist ${n % 997}\n`;
  const text = `id,title,artist\n${Array.from({ length: 100_000 }, (_, n) => row(n)).join("")}`;
  const file = folder.put("t.csv", text).toString();
  const columns = { id: { field: "key" }, title: { field: "title" }, artist: { field: "artist" } };
  const reader = { kind: "csv", delimiter: "," };
  const mapping = folder
    .put("m.json", JSON.stringify({ format: "deadwax-mapping/1", reader, columns }))
    .toString();
  await expectSameAfterKill("table", [file, mapping, String(text.length / 2)], (archive) =>
    addTableSource({ archive, reporter: silentReporter, file, mapping, batchBytes: 1 << 18 }),
  );
}, 60_000);
