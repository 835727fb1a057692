import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { decodeBencode } from "../../src/formats/bencode/decode.ts";
import { type ParsedTorrent, parseTorrent } from "../../src/formats/torrent/parse-torrent.ts";
import { makeSmallRelease, type SmallRelease } from "./small-release.ts";
import { requireLibtorrent, runPython } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-torrents-"));
let release: SmallRelease;
let hybrid: ParsedTorrent;
let v1: ParsedTorrent;

beforeAll(async () => {
  requireLibtorrent();
  release = await makeSmallRelease(root);
  hybrid = parsed(release.hybridTorrent);
  v1 = parsed(release.v1Torrent);
});
afterAll(() => rmSync(root, { recursive: true }));

const hashes = z.object({ v1: z.string().nullable(), v2: z.string().nullable(), name: z.string() });
const creatorAnswer = z.object({
  created: z.array(z.string()),
  loaded: z.array(hashes.extend({ files: z.array(z.tuple([z.string(), z.int(), z.int(), z.boolean()])) })),
  magnets: z.array(hashes),
});
const checkAnswer = z.object({
  isSeed: z.boolean(),
  doneBytes: z.int(),
  wantedBytes: z.int(),
  infohashV1: z.string().nullable(),
  infohashV2: z.string().nullable(),
  error: z.string().nullable(),
});

function parsed(path: string): ParsedTorrent {
  const result = parseTorrent(readFileSync(path));
  if (!result.ok) throw new Error(result.reason);
  return result.torrent;
}

/** The files of a torrent as libtorrent's creator takes them: in order, without pads, below the name. */
function filesOf(torrent: ParsedTorrent): readonly (readonly [string, number])[] {
  const files = torrent.files.filter(({ isPad }) => !isPad);
  return files.map(({ path, sizeBytes }) => [`${torrent.name}/${path.join("/")}`, sizeBytes]);
}

function rawMember(torrent: Buffer, key: string): Buffer {
  const result = decodeBencode(torrent, { rangeOfKey: key });
  if (!result.ok || result.range === null) throw new Error(`no ${key}`);
  return torrent.subarray(result.range.start, result.range.end);
}

describe("libtorrent", () => {
  test("makes the same info dictionaries and piece layers of the bag", async () => {
    const job = {
      create: [
        {
          root: release.folder,
          files: filesOf(hybrid),
          piece_length: release.pieceLengthBytes,
          v1_only: false,
        },
        { root: release.folder, files: filesOf(v1), piece_length: release.pieceLengthBytes, v1_only: true },
      ],
      load: [release.hybridTorrent, release.v1Torrent].map((path) => readFileSync(path).toString("base64")),
      magnets: release.magnets,
    };
    const answer = creatorAnswer.parse(await runPython("creator.py", [], JSON.stringify(job)));
    const [theirHybrid, theirV1] = answer.created.map((text) => Buffer.from(text, "base64"));
    const ours = readFileSync(release.hybridTorrent);
    for (const key of ["info", "piece layers"]) {
      expect(rawMember(ours, key).equals(rawMember(theirHybrid ?? Buffer.alloc(0), key))).toBe(true);
    }
    const ourV1 = rawMember(readFileSync(release.v1Torrent), "info");
    expect(ourV1.equals(rawMember(theirV1 ?? Buffer.alloc(0), "info"))).toBe(true);

    const wanted = [
      { v1: hybrid.infohashV1?.toString("hex"), v2: hybrid.infohashV2?.toString("hex"), name: release.name },
      { v1: v1.infohashV1?.toString("hex"), v2: null, name: release.name },
    ];
    expect(answer.loaded).toMatchObject(wanted);
    expect(answer.magnets).toEqual(wanted);
    // The last file of the hybrid ends with a piece: no pad behind it for clients to disagree about.
    expect(answer.loaded[0]?.files.at(-1)?.[3]).toBe(false);
  });

  test.each([
    ["hybrid", () => release.hybridTorrent, () => hybrid],
    ["v1", () => release.v1Torrent, () => v1],
  ])("finds the bag complete when it is pointed at it with the %s torrent", async (_kind, path, torrent) => {
    const answer = checkAnswer.parse(await runPython("session.py", ["check", path(), release.folder]));
    const wantedBytes = filesOf(torrent()).reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0);
    expect(answer).toEqual(
      expect.objectContaining({
        isSeed: true,
        error: null,
        infohashV1: torrent().infohashV1?.toString("hex"),
      }),
    );
    expect(answer.doneBytes).toBe(answer.wantedBytes);
    expect(answer.doneBytes).toBeGreaterThanOrEqual(wantedBytes);
  });
});
