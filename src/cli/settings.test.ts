import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { archiveSetting, globalFlagsSchema, parseWorkers, workersSetting } from "./settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-settings-"));
  mkdirSync(join(folder, "archive", "shards", "deep"), { recursive: true });
  writeFileSync(join(folder, "archive", "deadwax.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noFlags = globalFlagsSchema.parse({});

test("the flag wins over the variable, the variable over the folder around", () => {
  const inside = join(folder, "archive", "shards", "deep");
  const environment = { DEADWAX_ARCHIVE: "elsewhere" };
  expect(archiveSetting({ ...noFlags, archive: "named" }, environment, inside)).toMatchObject({
    value: join(inside, "named"),
    from: "flag",
  });
  expect(archiveSetting(noFlags, environment, inside)).toMatchObject({
    value: join(inside, "elsewhere"),
    from: "environment",
  });
  expect(archiveSetting(noFlags, {}, inside)).toMatchObject({
    value: join(folder, "archive"),
    from: "parent folder",
  });
});

test("outside every archive the error says what to name", () => {
  expect(() => archiveSetting(noFlags, {}, folder)).toThrow(
    expect.objectContaining({ exitCode: 10, hint: expect.stringContaining("--archive") }),
  );
});

test("workers come from the flag, else the variable, else the machine", () => {
  const environment = { DEADWAX_WORKERS: "3" };
  expect(workersSetting({ ...noFlags, workers: 5 }, environment)).toMatchObject({ value: 5, from: "flag" });
  expect(workersSetting(noFlags, environment)).toMatchObject({ value: 3, from: "environment" });
  expect(workersSetting(noFlags, {})).toMatchObject({ from: "default" });
});

test.each(["0", "-1", "1.5", "257", "two", "", "1e2", " 1"])("%j is no number of workers", (text) => {
  expect(() => parseWorkers(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
});
