import { appendFileSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS } from "../../../test/fixtures/audio.ts";
import { defaultPolicy } from "../../core/policy.ts";
import { shortTone } from "../testing/intake-fixture.ts";
import { makeZip } from "../testing/make-zip.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { readItem } from "./read-item.ts";
import type { ReadOutcome } from "./read-job.ts";

const limits = { ...defaultPolicy().intake, maxExpansionRatio: 10_000 };
const tone = shortTone();
let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

function read(name: string, member: string | null = null): Promise<ReadOutcome> {
  const item = {
    root: folder.path,
    path: Buffer.from(name),
    member: member === null ? null : Buffer.from(member),
  };
  return readItem(item, limits, true);
}

test("says that a file was gone when it came to read it", async () => {
  expect(await read("a.ogg")).toMatchObject({ kind: "rejected", state: null, reason: "gone-while-read" });
});

test.each([
  ["touched", (path: string) => utimesSync(path, 1, 1)],
  ["longer", (path: string) => appendFileSync(path, "x")],
])("says that a container was %s while it was read", async (_, change) => {
  folder.put("a.zip", makeZip([{ name: "a.ogg", content: tone }]));
  const reading = read("a.zip", "a.ogg");
  change(join(folder.path, "a.zip"));
  expect(await reading).toMatchObject({ kind: "rejected", reason: "changed-while-read" });
});

test("looks behind a cover that is larger than what is read at first", async () => {
  const path = join(folder.path, "a.mp3");
  makeTestTone({ path, codec: "mp3", seconds: 1 });
  const plain = await read("a.mp3");
  const size = 3_000_000;
  const cover = Buffer.concat([Buffer.from("\0image/png\0\x03\0", "latin1"), Buffer.alloc(size)]);
  const frame = Buffer.alloc(10);
  frame.write("APIC", "latin1");
  frame.writeUInt32BE(cover.length, 4);
  const header = Buffer.from("ID3\x03\0\0\0\0\0\0", "latin1");
  const total = frame.length + cover.length;
  for (let index = 0; index < 4; index += 1) header[6 + index] = (total >> (7 * (3 - index))) & 0x7f;
  folder.put("b.mp3", Buffer.concat([header, frame, cover, readFileSync(path)]));
  const behind = await read("b.mp3");
  const facts = plain.kind === "audio" ? plain.facts : null;
  expect(behind).toMatchObject({
    kind: "audio",
    facts,
    tags: [{ key: "METADATA_BLOCK_PICTURE", value: `image/png; ${size} bytes`, native: "ID3v2.3:APIC" }],
  });
});

test("reads a long member by its two ends", async () => {
  const path = join(folder.path, "long.wav");
  makeTestTone({ path, codec: "wav", seconds: 110, signal: "silence", tags: [["TITLE", "Long"]] });
  folder.put("a.zip", makeZip([{ name: "long.wav", content: readFileSync(path) }]));
  const inside = await read("a.zip", "long.wav");
  expect(inside).toMatchObject({ kind: "audio", facts: { durationMs: 110_000, container: "wav" } });
  expect(inside.kind === "audio" && inside.tags).toMatchObject([{ key: "TITLE", value: "Long" }]);
});

test("noise is judged, whatever it begins with", async () => {
  const magic = fc.constantFrom(
    "",
    "OggS",
    "fLaC",
    "ID3\x04\0\0",
    "RIFF1234WAVEfmt ",
    "\0\0\0\x18ftypM4A ",
    "\xff\xfb\x90",
    "PK\x03\x04",
  );
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ minLength: 1, maxLength: 600 }), async (start, noise) => {
      folder.put("noise.zip", Buffer.concat([Buffer.from(start, "latin1"), noise]));
      expect(["audio", "rejected", "container"]).toContain((await read("noise.zip")).kind);
    }),
    { numRuns: 300 },
  );
});

test.each(TEST_CODECS)("%s with bytes changed at random is judged", async (codec) => {
  const path = join(folder.path, "good");
  makeTestTone({ path, codec, seconds: 0.2, tags: [["TITLE", "t"]] });
  const good = readFileSync(path);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.uint8Array({ minLength: 1, maxLength: 16 }),
      async (at, noise) => {
        const bytes = Buffer.from(good);
        bytes.set(noise.subarray(0, bytes.length - at), at);
        folder.put("bad", bytes);
        expect(["audio", "rejected"]).toContain((await read("bad")).kind);
      },
    ),
    { numRuns: 60 },
  );
});
