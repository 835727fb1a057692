import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, silentReporter, UsageError } from "../core/index.ts";
import { createRelease } from "../release/index.ts";
import { createTableReader, type TableReader } from "../release/table-reader.ts";
import { type VerifyOptions, verifyRelease } from "./verify-release.ts";
import type { VerifyReport } from "./verify-report.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-verify-"));
let archive: Archive;
let reader: TableReader;
let folder: string;

beforeAll(async () => {
  reader = createTableReader();
  archive = await makeEmptyArchive(join(root, "archive"));
  const sealed = (numbers: readonly number[], size: number) =>
    sealTracks(
      archive,
      numbers.map((number) => ({ number, audio: noiseBytes(number, size + number) })),
    );
  await sealed([1, 2, 3], 20_000);
  await sealed([4, 5], 30_000);
  const packed = [1, 2, 3, 4, 5].map((number) => ({ number, disposition: "original" as const }));
  await planByHand(archive, [...packed, { number: 6, disposition: "metadata-only" }]);
  const common = { archive, reporter: silentReporter };
  await createRelease({ ...common, gate: gateBut([2]), name: "first" });
  await createRelease({ ...common, gate: gateBut([6]), name: "second" });
});

beforeEach(() => {
  folder = mkdtempSync(join(root, "copy-"));
  cpSync(archive.layout.releases, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(async () => {
  await reader.close();
  rmSync(root, { recursive: true });
});

function verify(options: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  return verifyRelease({
    path: join(folder, "second"),
    reporter: silentReporter,
    decode: false,
    createDecoder: () => {
      throw new Error("nothing is to be decoded");
    },
    tableReader: reader,
    ...options,
  });
}

describe("a release as it was made", () => {
  test("holds, with its torrents and its link to the release before", async () => {
    const report = await verify({ expectedDid: archive.config.did });
    expect(report).toMatchObject({
      ok: true,
      findings: [],
      release: { name: "second", signer: archive.config.did, previous: "first" },
      checked: { files: 8, tracks: 5, torrents: 2 },
      tracks: { released: 5, damaged: 0 },
    });
  });

  test("holds when a shard of it had to be written again", async () => {
    expect(await verify({ path: join(folder, "first") })).toMatchObject({ ok: true, findings: [] });
  });

  test("is found by its folder, by its announcement, and by the folder around it", async () => {
    rmSync(join(folder, "first"), { recursive: true });
    for (const path of [join(folder, "second"), join(folder, "second.json"), folder]) {
      expect((await verify({ path })).release.name).toBe("second");
    }
  });

  test("is asked for when a folder holds several", async () => {
    await expect(verify({ path: folder })).rejects.toThrow(UsageError);
  });

  test("holds as a bare bag, with a note of what could not be checked", async () => {
    for (const name of ["second.json", "second.torrent", "second.v1.torrent", "first.json"])
      rmSync(join(folder, name));
    rmSync(join(folder, "first"), { recursive: true });
    const report = await verify();
    expect(report.ok).toBe(true);
    expect(report.findings.map(({ kind }) => kind)).toEqual(["previous-not-here", "bare-bag"]);
  });

  test("holds in a renamed folder, with a warning", async () => {
    renameSync(join(folder, "second"), join(folder, "renamed"));
    const report = await verify({ path: join(folder, "renamed") });
    expect(report.ok).toBe(true);
    expect(report.findings.map(({ kind }) => kind)).toEqual(["folder-renamed"]);
  });

  test("is refused when another key was expected", async () => {
    const report = await verify({ expectedDid: "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK" });
    expect(report.ok).toBe(false);
    expect(report.findings.map(({ kind, file }) => [kind, file])).toEqual([
      ["signer-unexpected", "second/RELEASE.json"],
      ["signer-unexpected", "second.json"],
    ]);
  });
});

test("the bytes that are checked are all the bytes of the bag, once", async () => {
  const report = await verify();
  const announced: unknown = JSON.parse(readFileSync(join(folder, "second.json"), "utf8"));
  expect(announced).toMatchObject({ sizeBytes: report.checked.bytes });
});
