import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTableReader, type TableReader, type VerifyReport, verifyRelease } from "../src/audit/index.ts";
import { Database, silentReporter, sqlText } from "../src/core/index.ts";
import { createRelease } from "../src/release/index.ts";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
  smallPolicy,
} from "./fixtures/sealed-archive.ts";

/** A stretch of a shard that belongs to one track, or to none. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly trackId: string | null;
}

const root = mkdtempSync(join(tmpdir(), "deadwax-flips-"));
let folder: string;
let reader: TableReader;
/** By path in the folder of the release; the files that are no shards touch no track's bytes. */
let regions: ReadonlyMap<string, readonly Region[]>;

beforeAll(async () => {
  reader = createTableReader();
  const archive = await makeEmptyArchive(join(root, "archive"), smallPolicy(65_536));
  const sizes = [
    [70_001, 12_345, 1, 512, 90_000],
    [30_000, 200_000],
    [4096, 65_536, 131_072],
  ];
  const shards = sizes.map((bytes, shard) =>
    bytes.map((size, index) => ({
      number: shard * 10 + index + 1,
      audio: noiseBytes(shard * 10 + index, size),
    })),
  );
  for (const tracks of shards) await sealTracks(archive, tracks);
  const packed = shards.flat().map(({ number }) => ({ number, disposition: "original" as const }));
  const known = Array.from({ length: 40 }, (_, index) => ({
    number: 500 + index,
    disposition: "metadata-only" as const,
  }));
  await planByHand(archive, [...packed, ...known]);
  // One track is withheld, so that one of the shards is a rewritten one.
  await createRelease({
    archive,
    reporter: silentReporter,
    gate: gateBut([12, 501]),
    name: "flipped",
  });
  folder = archive.layout.releases;
  regions = await mapRegions(join(folder, "flipped"));
});
afterAll(async () => {
  await reader.close();
  rmSync(root, { recursive: true });
});

async function mapRegions(bag: string): Promise<ReadonlyMap<string, readonly Region[]>> {
  const database = await Database.open();
  try {
    const rows = await database.rows(
      `select id, shard, json_offset_bytes as start from read_parquet(${sqlText(join(bag, "tracks.parquet"))})
       where state = 'released' order by shard, start`,
    );
    const byShard = new Map<string, Region[]>();
    for (const row of rows.toReversed()) {
      const path = `flipped/data/${String(row.shard)}.tar`;
      const later = byShard.get(path) ?? [];
      const end = later[0]?.start ?? endOfLastTrack(join(folder, path));
      byShard.set(path, [{ start: Number(row.start) - 512, end, trackId: String(row.id) }, ...later]);
    }
    return byShard;
  } finally {
    database.close();
  }
}

/** The last byte that is not zero is audio: noise does not end in a block of zeros. */
function endOfLastTrack(path: string): number {
  const bytes = readFileSync(path);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return Math.ceil(end / 512) * 512;
}

function verify(): Promise<VerifyReport> {
  return verifyRelease({
    path: join(folder, "flipped"),
    reporter: silentReporter,
    decode: false,
    createDecoder: () => {
      throw new Error("nothing is to be decoded");
    },
    tableReader: reader,
  });
}

/** Changes one byte, runs `work`, and puts the byte back. */
async function withFlip<T>(
  path: string,
  offsetBytes: number,
  mask: number,
  work: () => Promise<T>,
): Promise<T> {
  const file = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  try {
    readSync(file, byte, 0, 1, offsetBytes);
    writeSync(file, Buffer.from([byte.readUInt8() ^ mask]), 0, 1, offsetBytes);
    return await work();
  } finally {
    writeSync(file, byte, 0, 1, offsetBytes);
    closeSync(file);
  }
}

/** The same numbers in every run (a linear congruential generator). */
function* randomNumbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const FLIPS_PER_FILE = 30;

describe("one changed byte", () => {
  test("is found wherever it is, and names exactly the track that it touches", async () => {
    const random = randomNumbers(20_261_123);
    const next = () => random.next().value ?? 0;
    const bagFiles = [
      "RELEASE.json",
      "bag-info.txt",
      "bagit.txt",
      "manifest-sha256.txt",
      "tagmanifest-sha256.txt",
      "tracks.parquet",
    ];
    const files = [
      ...bagFiles.map((name) => `flipped/${name}`),
      ...["flipped.json", "flipped.torrent", "flipped.v1.torrent"],
      // Shards come twice: they are most of a release.
      ...[...regions.keys(), ...regions.keys()],
    ];
    const missed: string[] = [];
    let flips = 0;
    for (const file of files) {
      const path = join(folder, file);
      const sizeBytes = readFileSync(path).length;
      for (let count = 0; count < FLIPS_PER_FILE; count += 1) {
        const offset = Math.floor(next() * sizeBytes);
        const mask = 1 + Math.floor(next() * 255);
        const report = await withFlip(path, offset, mask, verify);
        const named = [
          ...new Set(report.findings.flatMap(({ tracks }) => tracks.map(({ trackId }) => trackId))),
        ];
        const touched = regions.get(file)?.find(({ start, end }) => start <= offset && offset < end)?.trackId;
        const isFound =
          !report.ok &&
          report.findings.some((finding) => finding.file === file && finding.severity === "error");
        const isNamed = named.join() === (touched ?? "");
        if (!isFound || !isNamed)
          missed.push(`${file} at ${offset} ^ ${mask}: named ${named.join()}, touched ${touched}`);
        flips += 1;
      }
    }
    expect(missed).toEqual([]);
    expect(flips).toBe(files.length * FLIPS_PER_FILE);
    expect(await verify()).toMatchObject({ ok: true, findings: [] });
  }, 600_000);
});
