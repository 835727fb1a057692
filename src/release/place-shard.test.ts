import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IntegrityError, InterruptedError } from "../core/errors.ts";
import { placeShard } from "./place-shard.ts";

let folder: string;
const content = randomBytes(3_000_000);
const sealed = { sizeBytes: content.length, sha256: createHash("sha256").update(content).digest() };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "place-"));
  await writeFile(join(folder, "shard.tar"), content);
});

afterAll(() => rm(folder, { recursive: true }));

test("gives the bytes a second name without reading them", async () => {
  const to = join(folder, "linked.tar");
  expect(await placeShard(join(folder, "shard.tar"), to, { sealed })).toBe("linked");
  expect((await stat(to)).ino).toBe((await stat(join(folder, "shard.tar"))).ino);
});

test("copies and checks where no second name can be had", async () => {
  const to = join(folder, "copied.tar");
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
  };
  const how = await placeShard(join(folder, "shard.tar"), to, { sealed, onBytes, mayLink: false });
  expect(how).toBe("copied");
  expect((await readFile(to)).equals(content)).toBe(true);
  expect(bytes).toBe(content.length);
});

test.each([
  ["a changed byte", { ...sealed, sha256: Buffer.alloc(32) }],
  ["another length", { ...sealed, sizeBytes: sealed.sizeBytes - 1 }],
])("notices %s while it copies", async (what, wrong) => {
  const to = join(folder, `wrong ${what}.tar`);
  await expect(placeShard(join(folder, "shard.tar"), to, { sealed: wrong, mayLink: false })).rejects.toThrow(
    IntegrityError,
  );
});

test("stops when it is told to", async () => {
  const to = join(folder, "stopped.tar");
  const signal = AbortSignal.abort();
  await expect(placeShard(join(folder, "shard.tar"), to, { sealed, signal, mayLink: false })).rejects.toThrow(
    InterruptedError,
  );
});
