import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { silentReporter } from "../core/index.ts";
import { createRelease } from "../release/index.ts";
import { verifyRelease } from "./verify-release.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-soundless-"));
afterAll(() => rmSync(root, { recursive: true }));

test("a release that gives out metadata only is a whole release all the same", async () => {
  const archive = await makeEmptyArchive(root);
  await sealTracks(archive, [{ number: 1, audio: noiseBytes(1, 9000) }]);
  await planByHand(archive, [{ number: 1, disposition: "original" }]);
  const { folder } = await createRelease({
    archive,
    reporter: silentReporter,
    gate: gateBut([]),
    upToBytes: 0,
  });
  const report = await verifyRelease({ path: folder, reporter: silentReporter, decode: false });
  expect(report.findings).toEqual([]);
});
