import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { initArchive, openArchive } from "./archive.ts";
import { archiveLayout } from "./layout.ts";
import { defaultPolicy } from "./policy.ts";
import { readSigningKey } from "./signing-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-archive-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("makes an archive with its key readable by the owner alone and the policy written out", async () => {
  const { archive, created } = await initArchive(join(folder, "new"));
  expect(created).toBe(true);
  expect(statSync(archive.layout.keyFile).mode & 0o777).toBe(0o600);
  expect(statSync(archive.layout.keys).mode & 0o777).toBe(0o700);
  const onDisk: unknown = JSON.parse(readFileSync(archive.layout.configFile, "utf8"));
  expect(onDisk).toMatchObject({ format: "deadwax-archive/1", policy: defaultPolicy() });
  const key = await readSigningKey(archive.layout, archive.config.did);
  expect(key.did).toBe(archive.config.did);
});

test("opens an archive that is there instead of making it anew", async () => {
  const first = await initArchive(folder);
  const second = await initArchive(folder);
  expect(second.created).toBe(false);
  expect(second.archive.config).toEqual(first.archive.config);
});

test("finishes an archive whose making was cut off before deadwax.json", async () => {
  const { archive } = await initArchive(folder);
  rmSync(archive.layout.configFile);
  expect((await initArchive(folder)).created).toBe(true);
});

test("refuses a folder with something else in it, and a file", async () => {
  writeFileSync(join(folder, "letter.txt"), "dear");
  await expect(initArchive(folder)).rejects.toMatchObject({ code: "usage" });
  await expect(initArchive(join(folder, "letter.txt"))).rejects.toMatchObject({ code: "usage" });
});

test("says where there is no archive", async () => {
  await expect(openArchive(folder)).rejects.toMatchObject({
    exitCode: 10,
    hint: expect.stringContaining("deadwax init"),
  });
});

test.each([
  ["not JSON", "{"],
  ["an unknown field", JSON.stringify({ format: "deadwax-archive/1", surprise: true })],
  ["a list", "[]"],
  ["1 MiB of spaces", " ".repeat(1_048_577)],
])("refuses a configuration that is %s", async (_, text) => {
  writeFileSync(archiveLayout(folder).configFile, text);
  await expect(openArchive(folder)).rejects.toMatchObject({ code: "failed" });
});

test("refuses a key that is not the archive's own, or missing", async () => {
  const one = await initArchive(join(folder, "one"));
  const two = await initArchive(join(folder, "two"));
  await expect(readSigningKey(one.archive.layout, two.archive.config.did)).rejects.toThrow(/not the one/);
  rmSync(one.archive.layout.keyFile);
  await expect(readSigningKey(one.archive.layout, one.archive.config.did)).rejects.toThrow(/cannot read/);
});

test("never makes a new key over an archive that has lost its deadwax.json", async () => {
  const { archive } = await initArchive(folder);
  writeFileSync(join(archive.layout.shards, "0123.tar"), "x");
  rmSync(archive.layout.configFile);
  await expect(initArchive(folder)).rejects.toMatchObject({ code: "usage" });
});
