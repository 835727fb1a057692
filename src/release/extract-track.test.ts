import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, IntegrityError, silentReporter, UsageError } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { createRelease } from "./create-release.ts";
import { type ExtractOptions, type ExtractSummary, extractTrack } from "./extract-track.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-extract-"));
let archive: Archive;
/** A copy of the release, and a folder to write to, for each test. */
let release: string;
let folder: string;

const id = (number: number): string => trackIdFromBigInt(BigInt(number));
const audio = (number: number): Buffer => noiseBytes(number, 1_200_000 + number);

beforeAll(async () => {
  archive = await makeEmptyArchive(join(root, "archive"));
  await sealTracks(archive, [
    { number: 1, audio: audio(1), isrcs: ["QZDWX2400001"] },
    {
      number: 2,
      audio: audio(2),
      isrcs: ["QZDWX2400002", "QZDWX2400003"],
      disposition: "access-copy",
      ext: "opus",
    },
  ]);
  await sealTracks(archive, [{ number: 3, audio: audio(3), isrcs: ["QZDWX2400003"] }]);
  await planByHand(
    archive,
    [1, 2, 3].map((number) => ({ number, disposition: "original" as const })),
  );
  await createRelease({ archive, reporter: silentReporter, gate: gateBut(), name: "first" });
});
beforeEach(() => {
  folder = mkdtempSync(join(root, "out-"));
  release = join(folder, "first");
  cpSync(join(archive.layout.releases, "first"), release, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => rmSync(root, { recursive: true }));

function extract(options: Partial<ExtractOptions> = {}): Promise<ExtractSummary> {
  return extractTrack({ from: { archive }, query: id(1), output: join(folder, "out.ogg"), ...options });
}

/** What is in the folder besides the copy of the release. */
function written(): readonly string[] {
  return readdirSync(folder).filter((name) => name !== "first");
}

describe.each([
  ["an archive", () => ({ archive })],
  ["a release", () => ({ release })],
])("out of %s", (_name, from) => {
  test("a track comes byte for byte, by its id", async () => {
    const summary = await extract({ from: from() });
    expect(summary).toMatchObject({
      trackId: id(1),
      disposition: "original",
      title: "Number 1",
      sizeBytes: audio(1).length,
    });
    expect(readFileSync(join(folder, "out.ogg")).equals(audio(1))).toBe(true);
    expect(written()).toEqual(["out.ogg"]);
  });

  test("a track comes by its ISRC, and it is said when it is an access copy", async () => {
    const summary = await extract({ from: from(), query: "qz-dwx-24-00002" });
    expect(summary).toMatchObject({ trackId: id(2), disposition: "access-copy" });
    expect(readFileSync(join(folder, "out.ogg")).equals(audio(2))).toBe(true);
  });

  test("several tracks with one ISRC are listed by their ids", async () => {
    const failing = extract({ from: from(), query: "QZDWX2400003" });
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(
      `2 tracks have the ISRC "QZDWX2400003": ${id(2)} (Number 2, The Test Tones); ${id(3)}`,
    );
  });

  test.each([[id(99)], ["QZDWX9900001"], ["Beethoven"], [""], ["../../etc/passwd"]])(
    "%j is not there",
    async (query) => {
      await expect(extract({ from: from(), query })).rejects.toThrow(UsageError);
      expect(written()).toEqual([]);
    },
  );

  test("the bytes go to a stream when asked to", async () => {
    const chunks: Buffer[] = [];
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const summary = await extract({ from: from(), output: "-", stdout });
    expect(summary.output).toBe("-");
    expect(Buffer.concat(chunks).equals(audio(1))).toBe(true);
    expect(written()).toEqual([]);
  });
});

describe("the file that is written", () => {
  test("is not written over another, unless it is asked for", async () => {
    writeFileSync(join(folder, "out.ogg"), "precious");
    await expect(extract()).rejects.toThrow(UsageError);
    expect(readFileSync(join(folder, "out.ogg"), "utf8")).toBe("precious");
    await extract({ force: true });
    expect(readFileSync(join(folder, "out.ogg")).equals(audio(1))).toBe(true);
  });

  test("is not a folder", async () => {
    await expect(extract({ output: folder })).rejects.toThrow(UsageError);
    await expect(extract({ output: folder, force: true })).rejects.toThrow(UsageError);
  });

  test("does not appear when the run is stopped", async () => {
    await expect(extract({ signal: AbortSignal.abort() })).rejects.toThrow("interrupted");
    expect(written()).toEqual([]);
  });
});

describe("damage", () => {
  const shardOf = (number: number): string => {
    const names = readdirSync(join(release, "data")).map((name) => join(release, "data", name));
    return names.find((path) => readFileSync(path).includes(audio(number).subarray(0, 64))) ?? "";
  };

  test("in the track is noticed, and no file is left", async () => {
    const path = shardOf(1);
    const bytes = readFileSync(path);
    const at = bytes.indexOf(audio(1).subarray(0, 64)) + 700_000;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    await expect(extract({ from: { release } })).rejects.toThrow(IntegrityError);
    expect(written()).toEqual([]);
    // Another track of the same shard is as it was.
    await extract({ from: { release }, query: id(2) });
    expect(readFileSync(join(folder, "out.ogg")).equals(audio(2))).toBe(true);
  });

  test("a shard that was cut before the track", async () => {
    truncateSync(shardOf(3), 4096);
    await expect(extract({ from: { release }, query: id(3) })).rejects.toThrow(IntegrityError);
  });

  test.each(["RELEASE.json", "tracks.parquet"])("in %s ends the extraction", async (name) => {
    const bytes = readFileSync(join(release, name));
    bytes.writeUInt8(bytes.readUInt8(300) ^ 1, 300);
    writeFileSync(join(release, name), bytes);
    await expect(extract({ from: { release } })).rejects.toThrow(IntegrityError);
    expect(written()).toEqual([]);
  });
});
