import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bencodeMember, decodeBencode, isBencodeDictionary } from "../../src/formats/bencode/decode.ts";
import { buildHybridInfo } from "../../src/formats/torrent/hybrid-info.ts";
import { buildV1Info, type TorrentInfo } from "../../src/formats/torrent/info-dictionary.ts";
import { magnetLink } from "../../src/formats/torrent/magnet.ts";
import { type ParsedTorrent, parseTorrent } from "../../src/formats/torrent/parse-torrent.ts";
import { hashFileBytes } from "../../src/formats/torrent/piece-hasher.ts";
import { buildTorrentFile } from "../../src/formats/torrent/torrent-file.ts";
import { V1StreamHasher } from "../../src/formats/torrent/v1-stream-hasher.ts";

/**
 * Everything here is compared with libtorrent 2.0.8, whose creator is called without flags for hybrids and with `v1_only` for
 * v1 torrents.
 */
const PYTHON = "/usr/bin/python3";
const CREATOR = join(import.meta.dirname, "creator.py");
const HOW_TO_INSTALL = "libtorrent for Python is needed: apt-get install python3-libtorrent";
const PIECE = 32 * 1024;
const LEAF = 16 * 1024;

interface Shape {
  readonly label: string;
  readonly name: string;
  /** Path and size of each file; order matters for v1 only. */
  readonly files: readonly (readonly [string, number])[];
  readonly pieceLengthBytes: number;
  readonly layout: "folder" | "file";
}

function shape(label: string, files: Shape["files"], more: Partial<Shape> = {}): Shape {
  return { label, name: "release", files, pieceLengthBytes: PIECE, layout: "folder", ...more };
}

const SHAPES: readonly Shape[] = [
  shape("one aligned file in a folder", [["data/a.tar", 4 * PIECE]]),
  shape("one unaligned file in a folder", [["a", PIECE + 5]]),
  shape("one small file in a folder", [["a", 5]]),
  shape("one file alone, aligned", [["a.tar", 2 * PIECE]], { name: "a.tar", layout: "file" }),
  shape("one file alone, unaligned", [["a.tar", 2 * PIECE + 1]], { name: "a.tar", layout: "file" }),
  shape("one file alone, of one byte", [["a.tar", 1]], { name: "a.tar", layout: "file" }),
  shape("a file that has the name of its folder", [["release", PIECE - 1]]),
  shape("a bag: shards between small text files", [
    ["bag-info.txt", 150],
    ["bagit.txt", 55],
    ["data/b.tar", 5 * PIECE],
    ["data/a.tar", 3 * PIECE],
    ["manifest-sha256.txt", 300],
    ["tracks.parquet", 2 * PIECE],
  ]),
  shape("the last file unaligned", [
    ["a", PIECE],
    ["b", 7],
  ]),
  shape("empty files first, between and last", [
    ["a", 0],
    ["b", 40000],
    ["c", 0],
    ["d", 10],
    ["e", 0],
  ]),
  shape("one file and an empty one", [
    ["a", 0],
    ["b", 5],
  ]),
  shape("sizes around a leaf and a piece", [
    ["a", LEAF - 1],
    ["b", LEAF],
    ["c", LEAF + 1],
    ["d", PIECE - 1],
    ["e", PIECE],
    ["f", PIECE + 1],
    ["g", 2 * PIECE],
    ["h", 3 * PIECE - LEAF],
    ["i", 5 * PIECE + LEAF + 1],
  ]),
  shape(
    "larger pieces than most files",
    [
      ["a", 100_000],
      ["b", 262_144],
      ["c", 262_145],
      ["d", 900_000],
    ],
    { pieceLengthBytes: 256 * 1024 },
  ),
  shape(
    "pieces of one leaf",
    [
      ["a", 100_000],
      ["b", LEAF],
      ["c", 3],
    ],
    { pieceLengthBytes: LEAF },
  ),
  shape("folders and files whose order depends on the separator", [
    ["a/x", PIECE],
    ["a-b", PIECE],
    ["a.b/c", PIECE],
    ["a/b/c", PIECE],
    ["M", PIECE],
    ["z", 1],
    ["a0", PIECE],
    ["a/x.d/e", PIECE],
  ]),
  shape(
    "names beyond ASCII",
    [
      ["été", 5],
      ["etc", PIECE],
      ["音楽/曲", PIECE + 3],
      ["🎵", 9],
      ["\uffee", 9],
    ],
    { name: "Größe" },
  ),
  shape("two files of the same bytes", [
    ["a", 3 * PIECE],
    ["b", 3 * PIECE],
  ]),
  ...randomShapes(25),
];

const root = mkdtempSync(join(tmpdir(), "deadwax-libtorrent-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Made {
  readonly shape: Shape;
  readonly hybrid: TorrentInfo;
  readonly v1: TorrentInfo;
  readonly theirHybrid: Buffer;
  readonly theirV1: Buffer;
  readonly loaded: { readonly hybrid: Loaded; readonly v1: Loaded };
}

interface Loaded {
  readonly v1: string | null;
  readonly v2: string | null;
  readonly name: string;
  readonly pieces: number;
  readonly piece_length: number;
  /** Path with the torrent's name, size, offset in the stream, whether it is a pad. */
  readonly files: readonly (readonly [string, number, number, boolean])[];
}

interface Answer {
  readonly version: string;
  readonly created: readonly (string | null)[];
  readonly loaded: readonly Loaded[];
  readonly magnets: readonly {
    readonly v1: string | null;
    readonly v2: string | null;
    readonly name: string;
  }[];
}

let made: readonly Made[] = [];
let answer: Answer;

beforeAll(() => {
  const ours = SHAPES.map((each, index) => {
    const folder = join(root, String(index));
    for (const [path, sizeBytes] of each.files) {
      const file = join(folder, pathOnDisk(each, path));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contentOf(each, path, sizeBytes));
    }
    return { shape: each, folder, hybrid: hybridOf(each), v1: v1Of(each) };
  });
  const create = ours.flatMap(({ shape: { files, pieceLengthBytes }, shape: each, folder }) =>
    [false, true].map((v1Only) => ({
      root: folder,
      files: files.map(([path, sizeBytes]) => [pathOnDisk(each, path), sizeBytes]),
      piece_length: pieceLengthBytes,
      v1_only: v1Only,
    })),
  );
  const load = ours
    .flatMap(({ hybrid, v1 }) => [hybrid, v1])
    .map((info) => buildTorrentFile(info).toString("base64"));
  const magnets = ours.flatMap(({ shape: { name }, hybrid, v1 }) => [
    magnetLink({ ...hybrid, name }),
    magnetLink(v1),
  ]);
  answer = askLibtorrent({ create, load, magnets });
  made = ours.map(({ shape: each, hybrid, v1 }, index) => ({
    shape: each,
    hybrid,
    v1,
    theirHybrid: Buffer.from(answer.created[2 * index] ?? "", "base64"),
    theirV1: Buffer.from(answer.created[2 * index + 1] ?? "", "base64"),
    loaded: { hybrid: must(answer.loaded[2 * index]), v1: must(answer.loaded[2 * index + 1]) },
  }));
});

test("libtorrent is the version whose rules we follow", () => {
  expect(answer.version).toMatch(/^2\.0\.8/);
});

describe.each(SHAPES.map(({ label }, index) => ({ label, index })))("$label", ({ index }) => {
  const one = (): Made => must(made[index]);

  test("our hybrid has libtorrent's info dictionary and piece layers, byte for byte", () => {
    const { hybrid, theirHybrid } = one();
    expect(rawMember(theirHybrid, "info").toString("latin1")).toBe(hybrid.infoBytes.toString("latin1"));
    const oursWhole = buildTorrentFile(hybrid);
    expect(rawMember(oursWhole, "piece layers").equals(rawMember(theirHybrid, "piece layers"))).toBe(true);
  });

  test("our v1 torrent has libtorrent's info dictionary, byte for byte", () => {
    const { v1, theirV1 } = one();
    expect(rawMember(theirV1, "info").toString("latin1")).toBe(v1.infoBytes.toString("latin1"));
  });

  test("libtorrent loads both and computes the same infohashes", () => {
    const { loaded, hybrid, v1 } = one();
    expect([loaded.hybrid.v1, loaded.hybrid.v2]).toEqual([hex(hybrid.infohashV1), hex(hybrid.infohashV2)]);
    expect([loaded.v1.v1, loaded.v1.v2]).toEqual([hex(v1.infohashV1), null]);
  });

  test("our parser sees in libtorrent's torrents what libtorrent sees in ours", () => {
    const { shape: each, loaded, theirHybrid, theirV1 } = one();
    expect(seen(each, parsed(theirHybrid))).toEqual(loaded.hybrid);
    expect(seen(each, parsed(theirV1))).toEqual(loaded.v1);
  });

  test("libtorrent reads the infohashes from our magnet links", () => {
    const { shape: each, hybrid, v1 } = one();
    expect(answer.magnets[2 * index]).toEqual({
      v1: hex(hybrid.infohashV1),
      v2: hex(hybrid.infohashV2),
      name: each.name,
    });
    expect(answer.magnets[2 * index + 1]).toMatchObject({ v1: hex(v1.infohashV1), v2: null });
  });
});

function askLibtorrent(job: unknown): Answer {
  try {
    execFileSync(PYTHON, ["-c", "import libtorrent"], { stdio: "ignore" });
  } catch {
    throw new Error(HOW_TO_INSTALL);
  }
  return JSON.parse(
    execFileSync(PYTHON, [CREATOR], {
      input: JSON.stringify(job),
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    }),
  );
}

function hybridOf(each: Shape): TorrentInfo {
  const { name, files, pieceLengthBytes, layout } = each;
  return buildHybridInfo({
    name,
    pieceLengthBytes,
    layout,
    files: files.map(([path, sizeBytes]) => ({
      path: path.split("/"),
      ...hashFileBytes(contentOf(each, path, sizeBytes), pieceLengthBytes),
    })),
  });
}

function v1Of(each: Shape): TorrentInfo {
  const { name, files, pieceLengthBytes, layout } = each;
  const stream = new V1StreamHasher(pieceLengthBytes);
  let offsetBytes = 0;
  for (const [path, sizeBytes] of files) {
    const content = contentOf(each, path, sizeBytes);
    const isAligned = offsetBytes % pieceLengthBytes === 0 && sizeBytes % pieceLengthBytes === 0;
    if (isAligned) stream.addAligned(hashFileBytes(content, pieceLengthBytes));
    else stream.update(content);
    offsetBytes += sizeBytes;
  }
  return buildV1Info({
    name,
    pieceLengthBytes,
    layout,
    files: files.map(([path, sizeBytes]) => ({ path: path.split("/"), sizeBytes })),
    pieces: stream.finish(),
  });
}

function pathOnDisk({ name, layout }: Shape, path: string): string {
  return layout === "file" ? path : `${name}/${path}`;
}

/** Bytes that differ between files, except in the shape that wants two of the same. */
function contentOf({ label }: Shape, path: string, sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes);
  let state =
    label === "two files of the same bytes"
      ? 1
      : [...path].reduce((sum, c) => sum * 31 + c.length, 7) + sizeBytes;
  for (let index = 0; index < sizeBytes; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    content[index] = state >>> 16;
  }
  return content;
}

/** Shapes of three to eight files, always the same ones: mostly small, some aligned, some empty, some in folders. */
function randomShapes(count: number): readonly Shape[] {
  let state = 20240229;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const letters = ["a", "b", "A", "-", "é", "0", "z"];
  const word = () => Array.from({ length: 1 + next(3) }, () => letters[next(letters.length)]).join("");
  return Array.from({ length: count }, (_unused, index) => {
    // Folders end in a letter that no file ends in, so that none is both.
    const paths = Array.from(
      { length: 3 + next(6) },
      () => `${next(3) === 0 ? `${word()}d/` : ""}${word()}f`,
    );
    const sizes = [0, 1, LEAF, PIECE, 2 * PIECE, next(PIECE), next(6 * PIECE)];
    // A client renames what differs by case only.
    const unlike = new Map([...paths, "some"].map((path) => [path.toLowerCase(), path]));
    const files = [...unlike.values()].map((path): [string, number] => [
      path,
      path === "some" ? 1 + next(PIECE) : (sizes[next(sizes.length)] ?? 0),
    ]);
    return shape(`random shape ${index + 1}`, files, { pieceLengthBytes: next(2) === 0 ? LEAF : PIECE });
  });
}

function rawMember(torrent: Buffer, key: string): Buffer {
  const result = decodeBencode(torrent, { rangeOfKey: key });
  if (!result.ok || result.range === null || !isBencodeDictionary(result.value)) throw new Error(`no ${key}`);
  expect(bencodeMember(result.value, key)).toBeDefined();
  return torrent.subarray(result.range.start, result.range.end);
}

function parsed(bytes: Buffer): ParsedTorrent {
  const result = parseTorrent(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.torrent;
}

/** A parsed torrent in the words of creator.py. */
function seen(each: Shape, torrent: ParsedTorrent): Loaded {
  return {
    v1: hex(torrent.infohashV1),
    v2: hex(torrent.infohashV2),
    name: torrent.name,
    pieces: (torrent.piecesV1?.length ?? 0) / 20,
    piece_length: torrent.pieceLengthBytes,
    files: torrent.files.map(({ path, sizeBytes, offsetBytes, isPad }) => [
      each.layout === "folder" ? `${torrent.name}/${path.join("/")}` : path.join("/"),
      sizeBytes,
      offsetBytes,
      isPad,
    ]),
  };
}

function hex(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString("hex");
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing from the answer");
  return value;
}
