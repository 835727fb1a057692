import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { bytesOfRuns, readRuns } from "./read-runs.ts";

let folder: TemporaryFolder;
let fd: number;
beforeEach(() => {
  folder = temporaryFolder();
  folder.put("lines", "one\ntwo\nthree\nfour");
  fd = openSync(join(folder.path, "lines"), "r");
});
afterEach(() => {
  closeSync(fd);
  folder.remove();
});

function read(...runs: readonly (readonly [offsetBytes: number, sizeBytes: number])[]): string {
  const all = runs.map(([offsetBytes, sizeBytes]) => ({ offsetBytes, sizeBytes }));
  const into = Buffer.alloc(bytesOfRuns(all) + 3, ".");
  readRuns(fd, all, into);
  return into.toString();
}

test("lines come one after the other, and the last has its newline", () => {
  expect(read([0, 4], [8, 6])).toBe("one\nthree\n...");
  expect(read([4, 4], [14, 5])).toBe("two\nfour\n...");
  expect(read()).toBe("...");
});

test("a file that became shorter is refused", () => {
  expect(() => read([14, 6])).toThrow("became shorter");
  expect(() => read([30, 4])).toThrow("became shorter");
});
