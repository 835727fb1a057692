import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../../test/fixtures/sealed-archive.ts";
import { type Archive, silentReporter, UsageError } from "../../core/index.ts";
import { createRelease } from "../create-release.ts";
import { listReleases } from "../list-releases.ts";
import { readStandings } from "./read-states.ts";
import { openStateDocument, parseStateFileName, stateFileName } from "./state-document.ts";
import { stateRelease } from "./state-release.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-states-"));
afterAll(() => rmSync(root, { recursive: true }));

const NOW = new Date("2026-06-01T12:00:00Z");
const clock = { now: () => NOW };

async function archiveWithRelease(): Promise<Archive> {
  const archive = await makeEmptyArchive(mkdtempSync(join(root, "a-")));
  await sealTracks(archive, [{ number: 1, audio: noiseBytes(1, 9000) }]);
  await planByHand(archive, [{ number: 1, disposition: "original" }]);
  await createRelease({ archive, reporter: silentReporter, gate: gateBut([]), name: "first" });
  return archive;
}

async function stateOf(archive: Archive, now = NOW): Promise<string | undefined> {
  const { releases } = await listReleases(archive);
  return (await readStandings(archive.layout.releases, releases, now)).get("first")?.state;
}

test("what is said last counts, each statement is a file of its own, and a revocation is the last word", async () => {
  const archive = await archiveWithRelease();
  const say = (state: "embargoed" | "open" | "revoked", until: Date | null = null) =>
    stateRelease({ archive, release: "first", state, until, reason: "so it is", clock });
  const until = new Date("2026-07-01T00:00:00Z");
  expect(await say("embargoed", until)).toMatchObject({
    before: { state: "open" },
    after: { state: "embargoed", until: "2026-07-01T00:00:00Z", reason: "so it is" },
  });
  expect(await stateOf(archive, until)).toBe("open");
  await say("open");
  expect(await stateOf(archive)).toBe("open");
  await say("revoked");
  expect(await stateOf(archive)).toBe("revoked");
  await expect(say("open")).rejects.toThrow(UsageError);
  const files = readdirSync(archive.layout.releases).filter((name) => name.includes(".state-"));
  expect(files.sort()).toEqual([1, 2, 3].map((number) => stateFileName("first", number)));
  expect((await listReleases(archive)).broken).toEqual([]);
  const events = readFileSync(join(archive.layout.events, "2026.jsonl"), "utf8");
  expect(events).toContain('"eventType":"deaccession"');
});

test("an embargo that has ended already, and a release that is not there, are refused", async () => {
  const archive = await archiveWithRelease();
  const base = { archive, state: "embargoed", reason: null, clock } as const;
  await expect(stateRelease({ ...base, release: "first", until: NOW })).rejects.toThrow(/passed already/);
  await expect(stateRelease({ ...base, release: "second", until: null })).rejects.toThrow(
    /no release "second"/,
  );
});

test("a statement with any byte changed, or signed by somebody else, closes the release", async () => {
  const archive = await archiveWithRelease();
  const { file } = await stateRelease({
    archive,
    release: "first",
    state: "open",
    until: null,
    reason: null,
    clock,
  });
  const path = join(archive.layout.releases, file);
  const bytes = readFileSync(path);
  expect(openStateDocument(bytes).ok).toBe(true);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ change;
      expect(openStateDocument(changed).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
  const other = await archiveWithRelease();
  await stateRelease({ archive: other, release: "first", state: "open", until: null, reason: null, clock });
  writeFileSync(path, readFileSync(join(other.layout.releases, file)));
  expect(await stateOf(archive)).toBe("unknown");
  writeFileSync(path, "{}");
  expect(await stateOf(archive)).toBe("unknown");
});

test("names of statements are those and no others", () => {
  expect(parseStateFileName(stateFileName("a-1", 12))).toEqual({ release: "a-1", number: 12 });
  for (const name of [
    "a.state-0.json",
    "a.state-01.json",
    "a.state-1.json.x",
    "../a.state-1.json",
    "a--b.state-1.json",
  ]) {
    expect(parseStateFileName(name)).toBeNull();
  }
});
