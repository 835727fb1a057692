import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IntegrityError } from "../core/index.ts";
import { findShard, listShards, shardPaths } from "./shard-manifest.ts";
import { packSample } from "./testing/sample-archive.ts";
import { useSampleArchives } from "./testing/sample-workspace.ts";

const archives = useSampleArchives();

describe("the manifests of an archive", () => {
  test("are listed in the order in which the shards were sealed", async () => {
    const { archive } = await archives.shared();
    expect(await listShards(archive)).toEqual([]);
    const { shards } = await packSample(archive);
    expect((await listShards(archive)).map(({ id }) => id)).toEqual(shards.map(({ id }) => id));
    expect((await listShards(archive)).map(({ number }) => number)).toEqual(
      shards.map((_, index) => index + 1),
    );
    expect(await findShard(archive, "0000000000000000")).toBeNull();
  });

  test.each<[string, (text: string) => string]>([
    ["cut short", (text) => text.slice(0, -10)],
    ["of another format", (text) => text.replace("deadwax-shard/1", "deadwax-shard/2")],
    ["with a track that is none", (text) => text.replace('"original"', '"../etc"')],
    ["of another shard", (text) => text.replace(/"id":"./, '"id":"x')],
  ])("are not taken on trust: one that is %s is an integrity error", async (_, damage) => {
    const { archive } = await archives.shared();
    const { shards } = await packSample(archive);
    const { manifest } = shardPaths(archive, shards[0]?.id ?? "");
    writeFileSync(manifest, damage(readFileSync(manifest, "utf8")));
    await expect(listShards(archive)).rejects.toThrow(IntegrityError);
  });

  test.each<[string, (tar: string) => void]>([
    ["is missing", (tar) => rmSync(tar)],
    ["has 100 bytes", (tar) => truncateSync(tar, 100)],
  ])("do not stand for a tar that %s", async (what, damage) => {
    const { archive } = await archives.shared();
    const { shards } = await packSample(archive);
    damage(shardPaths(archive, shards[0]?.id ?? "").tar);
    await expect(listShards(archive)).rejects.toThrow(what);
  });

  test("under another shard's name is an integrity error", async () => {
    const { archive } = await archives.shared();
    const { shards } = await packSample(archive);
    const { manifest } = shardPaths(archive, shards[0]?.id ?? "");
    renameSync(manifest, shardPaths(archive, "0123456789abcdef").manifest);
    await expect(listShards(archive)).rejects.toThrow(IntegrityError);
  });
});
