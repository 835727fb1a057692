import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Archive, initArchive } from "../core/index.ts";
import { type DoctorReport, nodeCheck, runDoctor, unpackersCheck } from "./run-doctor.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-doctor-"));
let archive: Archive;
let report: DoctorReport;

beforeAll(async () => {
  archive = (await initArchive(join(root, "archive"))).archive;
  report = await runDoctor({ archive, folder: archive.layout.root });
});
afterAll(() => rmSync(root, { recursive: true }));

function found(name: string, from: DoctorReport = report) {
  return from.checks.find((check) => check.name === name);
}

test("finds on this machine everything that its tests need", () => {
  expect(report.ok).toBe(true);
  expect(report.checks.filter(({ verdict }) => verdict === "missing")).toEqual([]);
  expect(found("audio engine")?.found).toMatch(/^FFmpeg /);
  expect(found("database")?.found).toMatch(/^DuckDB v/);
  expect(found("signing key")?.found).toBe(archive.config.did);
});

test("leaves nothing behind", () => {
  expect(readdirSync(archive.layout.root).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});

test.each([
  ["20.19.0", "ok"],
  ["24.1.0", "ok"],
  ["20.18.9", "missing"],
  ["18.20.0", "missing"],
])("Node.js %s is %s", (version, verdict) => {
  expect(nodeCheck(version).verdict).toBe(verdict);
});

test("programs that unpack dumps are asked for by the name of their package", () => {
  expect(unpackersCheck(() => true)).toMatchObject({ verdict: "ok", fix: null });
  expect(unpackersCheck((program) => program === "zstd")).toMatchObject({
    verdict: "warning",
    found: "no xz, no bzip2: dumps packed so cannot be taken in",
    fix: "apt-get install xz-utils bzip2",
  });
});

test("a key that others can read is a warning with the command that ends it", async () => {
  chmodSync(archive.layout.keyFile, 0o644);
  const check = found("signing key", await runDoctor({ archive, folder: root }));
  chmodSync(archive.layout.keyFile, 0o600);
  expect(check).toMatchObject({ verdict: "warning", fix: expect.stringContaining("chmod 600") });
});

test("a key that is not the archive's is missing", async () => {
  const other = (await initArchive(join(root, "other"))).archive;
  const check = found(
    "signing key",
    await runDoctor({ archive: { ...other, config: archive.config }, folder: root }),
  );
  expect(check).toMatchObject({ verdict: "missing", fix: expect.stringContaining("backup") });
});

test("a folder that is none is a finding, and no error", async () => {
  writeFileSync(join(root, "file"), "");
  const report = await runDoctor({ archive: null, folder: join(root, "file") });
  expect(report.ok).toBe(false);
  expect(found("hard links", report)).toMatchObject({ verdict: "missing" });
});
