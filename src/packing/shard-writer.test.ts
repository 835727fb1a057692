import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { defaultPolicy, OutOfSpaceError } from "../core/index.ts";
import { hashFileBytes } from "../formats/torrent/piece-hasher.ts";
import { type JournalHeader, parseJournal, readJournal } from "./shard-journal.ts";
import { type PartialPaths, ShardWriter, SpoolMismatchError, type TrackToAppend } from "./shard-writer.ts";
import { sampleBytes, sampleTrack } from "./testing/sample-tracks.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-writer-"));
afterAll(() => rmSync(root, { recursive: true }));

const policy = { ...defaultPolicy().packing, pieceLengthBytes: 16_384, shardTargetBytes: 1 << 20 };
const header: JournalHeader = { format: "deadwax-journal/1", plan: "p-1", gate: "open", recipe: "r" };
const SIZES = [20_000, 512, 1, 33_333, 0, 70_000];

let paths: PartialPaths;
let tracks: readonly TrackToAppend[];
beforeEach(() => {
  const folder = mkdtempSync(join(root, "t-"));
  paths = { tar: join(folder, "a.tar"), journal: join(folder, "a.journal") };
  tracks = SIZES.map((size, index) => sampleTrack(folder, index + 1, size));
});

async function append(writer: ShardWriter, some: readonly TrackToAppend[]): Promise<void> {
  for (const track of some) await writer.append(track);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The whole shard, written without interruption. */
async function writeWhole(): Promise<{ readonly bytes: Buffer; readonly sha256: string }> {
  const writer = await ShardWriter.create(paths, header, policy);
  await append(writer, tracks);
  await writer.finish();
  await writer.close();
  const bytes = readFileSync(paths.tar);
  return { bytes, sha256: sha256(bytes) };
}

async function resumeAndFinish(): Promise<{ readonly sha256: string; readonly kept: number }> {
  const writer = await ShardWriter.resume(paths, await readJournal(paths.journal), policy);
  const kept = writer.tracks.length;
  await append(writer, tracks.slice(kept));
  await writer.finish();
  await writer.close();
  return { sha256: sha256(readFileSync(paths.tar)), kept };
}

describe("a shard", () => {
  test("is listed and unpacked by GNU tar", async () => {
    await writeWhole();
    const names = execFileSync("tar", ["--list", "--file", paths.tar], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(names).toEqual(tracks.flatMap(({ row }) => [`${row.trackId}.json`, `${row.trackId}.ogg`]));
    for (const { row, json } of tracks) {
      const extract = (name: string): Buffer =>
        execFileSync("tar", ["--extract", "--to-stdout", "--file", paths.tar, name]);
      expect(extract(`${row.trackId}.json`)).toEqual(json);
      expect(
        createHash("sha256")
          .update(extract(`${row.trackId}.ogg`))
          .digest("hex"),
      ).toBe(row.sha256);
    }
  });

  test("is a whole number of pieces, and was hashed while it was written", async () => {
    const writer = await ShardWriter.create(paths, header, policy);
    await append(writer, tracks);
    const hashed = await writer.finish();
    await writer.close();
    const bytes = readFileSync(paths.tar);
    expect(bytes.length % policy.pieceLengthBytes).toBe(0);
    expect(hashed).toEqual(hashFileBytes(bytes, policy.pieceLengthBytes));
  });

  test("is the worked example of the format document", async () => {
    const audio = Buffer.from("OggS\0");
    const [first] = tracks;
    if (!first) throw new Error("no track");
    writeFileSync(first.audioPath, audio);
    const writer = await ShardWriter.create(paths, header, policy);
    const journaled = await writer.append({
      ...first,
      json: Buffer.from('{"format":"deadwax-track/1","track_id":"0000000000001"}\n'),
      row: { ...first.row, sizeBytes: audio.length, sha256: sha256(audio) },
    });
    const hashed = await writer.finish();
    await writer.close();
    expect(journaled).toMatchObject({
      endBytes: 2048,
      row: {
        jsonOffsetBytes: 512,
        jsonSizeBytes: 56,
        jsonSha256: "abab042907bc203537cea15fa97e523b9d11758fab6cab85ab7e8ea3e4a7b6d4",
        offsetBytes: 1536,
        sha256: "b18baaed604af83ab599242f44b854c295f9fd31a594fdaa3a6babcd6109a1f5",
      },
    });
    const digest = "d4fe0f9416adf3c7f5eb8d57edc68782ee5fb266d699c026f832869071dcbf33";
    expect(sha256(readFileSync(paths.tar))).toBe(digest);
    expect(hashed.piecesRoot?.toString("hex")).toBe(digest);
    expect(hashed.piecesV1.toString("hex")).toBe("c69df5cb54cd2380ad8baefb89e88ef1b879e5a0");
  });

  test("holds each track where its row says", async () => {
    const writer = await ShardWriter.create(paths, header, policy);
    await append(writer, tracks);
    await writer.close();
    const bytes = readFileSync(paths.tar);
    for (const [index, { row }] of writer.tracks.entries()) {
      const audio = bytes.subarray(row.offsetBytes, row.offsetBytes + row.sizeBytes);
      expect(audio.equals(sampleBytes(index + 1, SIZES[index] ?? 0))).toBe(true);
      const json = bytes.subarray(row.jsonOffsetBytes, row.jsonOffsetBytes + row.jsonSizeBytes);
      expect(sha256(json)).toBe(row.jsonSha256);
    }
  });
});

describe("an unfinished shard", () => {
  test.each([0, 1, 3, 6])("goes on behind its %i journaled tracks with the same bytes", async (done) => {
    const whole = await writeWhole();
    const writer = await ShardWriter.create(paths, header, policy);
    await append(writer, tracks.slice(0, done));
    await writer.close();
    expect(await resumeAndFinish()).toEqual({ sha256: whole.sha256, kept: done });
  });

  test("loses what was written behind the last journaled track", async () => {
    const whole = await writeWhole();
    const writer = await ShardWriter.create(paths, header, policy);
    await append(writer, tracks.slice(0, 2));
    await writer.close();
    appendFileSync(paths.tar, sampleBytes(99, 50_000));
    appendFileSync(paths.journal, '0123456789abcdef {"kind":"tra');
    const journal = await readJournal(paths.journal);
    expect(journal.isDamaged).toBe(false);
    expect(await resumeAndFinish()).toEqual({ sha256: whole.sha256, kept: 2 });
  });

  test("keeps the tracks before a damaged byte of its tar, wherever that is", async () => {
    const whole = await writeWhole();
    const journal = readFileSync(paths.journal);
    const content = parseJournal(journal).tracks.at(-1)?.endBytes ?? 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(content - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(whole.bytes);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        writeFileSync(paths.tar, damaged);
        writeFileSync(paths.journal, journal);
        const resumed = await resumeAndFinish();
        expect(resumed.kept).toBeLessThan(tracks.length);
        expect(resumed.sha256).toBe(whole.sha256);
      }),
      { numRuns: 40 },
    );
  });

  test("keeps the tracks that are whole in a tar that was cut short", async () => {
    const whole = await writeWhole();
    const { tracks: journaled } = await readJournal(paths.journal);
    truncateSync(paths.tar, (journaled[2]?.endBytes ?? 0) + 700);
    expect(await resumeAndFinish()).toEqual({ sha256: whole.sha256, kept: 3 });
  });

  test("keeps the tracks before a damaged byte of its journal, wherever that is", async () => {
    const whole = await writeWhole();
    const journal = readFileSync(paths.journal);
    const headerEnd = journal.indexOf(0x0a) + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: headerEnd, max: journal.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const damaged = Buffer.from(journal);
          damaged[at] = (damaged[at] ?? 0) ^ flip;
          writeFileSync(paths.tar, whole.bytes);
          writeFileSync(paths.journal, damaged);
          const resumed = await resumeAndFinish();
          expect(resumed.kept).toBeLessThan(tracks.length);
          expect(resumed.sha256).toBe(whole.sha256);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is refused a journal whose first line is damaged", async () => {
    await writeWhole();
    const journal = readFileSync(paths.journal);
    journal[20] = (journal[20] ?? 0) ^ 1;
    expect(parseJournal(journal)).toMatchObject({ header: null, tracks: [], isDamaged: true });
  });

  test("any bytes are read as a journal without a crash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(parseJournal(Buffer.from(bytes)).tracks).toEqual([]);
      }),
    );
  });
});

test("a full disk is an error that says so", async () => {
  symlinkSync("/dev/full", paths.tar);
  const writer = await ShardWriter.create(paths, header, policy);
  await expect(append(writer, tracks)).rejects.toThrow(OutOfSpaceError);
  await writer.close();
});

describe("a spool file that is not what was hashed", () => {
  test.each<[string, (spool: Buffer) => Buffer]>([
    ["one byte flipped", (spool) => Buffer.concat([Buffer.from([(spool[0] ?? 0) ^ 1]), spool.subarray(1)])],
    ["too short", (spool) => spool.subarray(1)],
    ["too long", (spool) => Buffer.concat([spool, Buffer.from([0])])],
  ])("%s: is refused, and the shard is as it was before", async (_, damage) => {
    const whole = await writeWhole();
    const writer = await ShardWriter.create(paths, header, policy);
    await append(writer, tracks.slice(0, 3));
    const spoolPath = tracks[3]?.audioPath ?? "";
    const good = readFileSync(spoolPath);
    writeFileSync(spoolPath, damage(good));
    await expect(append(writer, tracks.slice(3, 4))).rejects.toThrow(SpoolMismatchError);
    writeFileSync(spoolPath, good);
    await append(writer, tracks.slice(3));
    await writer.finish();
    await writer.close();
    expect(sha256(readFileSync(paths.tar))).toBe(whole.sha256);
  });
});
