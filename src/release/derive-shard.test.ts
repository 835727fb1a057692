import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  makeEmptyArchive,
  noiseBytes,
  type SealedTrack,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, IntegrityError } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { hashFileBytes } from "../formats/torrent/piece-hasher.ts";
import { type IndexRow, readShardIndex, shardPaths } from "../packing/index.ts";
import { type DeriveOptions, deriveShard } from "./derive-shard.ts";

const PIECE_LENGTH_BYTES = 16_384;
const root = mkdtempSync(join(tmpdir(), "deadwax-derive-"));
const tracks: readonly SealedTrack[] = [1, 20_000, 512, 0, 33_333, 16_384].map((size, index) => ({
  number: index + 1,
  audio: noiseBytes(index, size),
}));
let archive: Archive;
let from: string;
let rows: readonly IndexRow[];
let runs = 0;

beforeAll(async () => {
  archive = await makeEmptyArchive(join(root, "archive"));
  const { id } = await sealTracks(archive, tracks);
  from = shardPaths(archive, id).tar;
  rows = await indexOf(archive, id);
});
afterAll(() => rmSync(root, { recursive: true }));

async function indexOf(of: Archive, id: string): Promise<readonly IndexRow[]> {
  const all: IndexRow[] = [];
  for await (const row of readShardIndex(of, id)) all.push(row);
  return all;
}

function derive(options: Partial<DeriveOptions> & Pick<DeriveOptions, "keeps">) {
  runs += 1;
  const to = join(root, `derived-${runs}.tar`);
  return deriveShard({ from, to, rows, pieceLengthBytes: PIECE_LENGTH_BYTES, ...options }).then(
    (derived) => ({ ...derived, to }),
  );
}

test("a shard that is written again is the one that packing would have made of the kept tracks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...tracks], { minLength: 1 }), async (kept) => {
      runs += 1;
      const fresh = await makeEmptyArchive(join(root, `fresh-${runs}`));
      const sealed = await sealTracks(fresh, kept);
      const ids = new Set(kept.map(({ number }) => trackIdFromBigInt(BigInt(number))));
      const derived = await derive({ keeps: (trackId) => ids.has(trackId) });
      const bytes = readFileSync(derived.to);
      expect(bytes.equals(readFileSync(shardPaths(fresh, sealed.id).tar))).toBe(true);
      expect(derived.rows).toEqual(await indexOf(fresh, sealed.id));
      expect(derived.hashed).toEqual(hashFileBytes(bytes, PIECE_LENGTH_BYTES));
    }),
    { numRuns: 12 },
  );
});

test("damage in a kept track ends it, damage in another does not matter", async () => {
  const damaged = join(root, "damaged.tar");
  const bytes = readFileSync(from);
  const second = rows[1];
  const at = (second?.offsetBytes ?? 0) + 7;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(damaged, bytes);
  await expect(derive({ from: damaged, keeps: (id) => id === second?.trackId })).rejects.toThrow(
    IntegrityError,
  );
  expect((await derive({ from: damaged, keeps: (id) => id !== second?.trackId })).rows).toHaveLength(
    rows.length - 1,
  );
});

test("a shard that ends within a kept track ends it", async () => {
  const cut = join(root, "cut.tar");
  writeFileSync(cut, readFileSync(from).subarray(0, (rows[4]?.offsetBytes ?? 0) + 100));
  await expect(derive({ from: cut, keeps: () => true })).rejects.toThrow(IntegrityError);
});
