import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { initArchive } from "../core/index.ts";
import { namedSnapshots } from "./named-snapshots.ts";

test("a plan names its snapshot and its table of recordings, also when it cannot be read any more", async () => {
  const root = mkdtempSync(join(tmpdir(), "deadwax-named-"));
  try {
    const { archive } = await initArchive(join(root, "archive"), {});
    const plan = join(archive.layout.plans, "p-000000000001");
    mkdirSync(plan, { recursive: true });
    writeFileSync(
      join(plan, "plan.json"),
      '{"snapshot":"s-00000000000a","recordings":"s-00000000000b", damaged',
    );
    expect(await namedSnapshots(archive)).toEqual(new Set(["s-00000000000a", "s-00000000000b"]));
  } finally {
    rmSync(root, { recursive: true });
  }
});
