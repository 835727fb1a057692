import { describe, expect, test } from "vitest";
import {
  BAG,
  below,
  type Dictionary,
  hybrid,
  type Opened,
  PIECE,
  parsed,
  tampered,
  v1,
} from "../../../test/fixtures/torrents.ts";
import type { BencodeValue } from "../bencode/encode.ts";
import { parseTorrent } from "./parse-torrent.ts";
import { buildTorrentFile } from "./torrent-file.ts";

type Change = (opened: Opened) => unknown;
type Cases = readonly (readonly [string, Change, string])[];

const EMPTY_FILE: Dictionary = new Map([["", new Map([["length", 0]])]]);
const TOO_LONG = 2 ** 53 - 1;

function root(key: string, value: BencodeValue): Change {
  return (opened) => opened.root.set(key, value);
}

function info(key: string, value: BencodeValue): Change {
  return (opened) => opened.info.set(key, value);
}

/** Files of the bag on the v1 side: 0 bagit.txt, 1 its pad, 2 and 3 the shards, 4 empty, 5 tracks.parquet, 6 its pad. */
function file(index: number, key: string, value: BencodeValue): Change {
  return (opened) => opened.files[index]?.set(key, value);
}

function without(...keys: readonly string[]): Change {
  return (opened) => {
    for (const key of keys) if (!opened.info.delete(key)) opened.root.delete(key);
  };
}

function tree(key: string, value: BencodeValue): Change {
  return (opened) => opened.tree.set(key, value);
}

/** A file of the bag on the v2 side. */
function leaf(name: string, key: string, value: BencodeValue | undefined): Change {
  return (opened) => {
    const entry = below(below(opened.tree, name), "");
    if (value === undefined) entry.delete(key);
    else entry.set(key, value);
  };
}

function layers(change: (layer: Buffer) => Buffer): Change {
  return (opened) => {
    for (const [key, layer] of opened.layers)
      if (Buffer.isBuffer(layer)) opened.layers.set(key, change(layer));
  };
}

function all(...changes: readonly Change[]): Change {
  return (opened) => {
    for (const change of changes) change(opened);
  };
}

function pieces(count: number): Change {
  return info("pieces", Buffer.alloc(count * 20));
}

function refuses(cases: Cases): void {
  test.each(cases)("%s", (_name, change, reason) => {
    expect(parseTorrent(tampered(change))).toMatchObject({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });
}

test("the bag that is tampered with below is good when it is left alone", () => {
  expect(tampered(() => undefined)).toEqual(buildTorrentFile(hybrid(BAG)));
});

test("the bag without its v1 half is a good torrent of v2 only", () => {
  const torrent = parsed(tampered(without("files", "pieces")));
  expect(torrent).toMatchObject({ kind: "v2", infohashV1: null, piecesV1: null, layout: "folder" });
  expect(torrent.files.map(({ offsetBytes }) => offsetBytes / PIECE)).toEqual([0, 1, 3, 4, 4]);
});

describe("refuses a torrent", () => {
  refuses([
    ["without info", without("info"), "info is not a dictionary"],
    ["with info that is a list", root("info", []), "info is not a dictionary"],
    ["of no files", without("files", "pieces", "file tree", "meta version"), "neither v1 nor v2"],
    ["with a name that leads out", info("name", ".."), '".." segment'],
    ["with a name of two levels", info("name", "a/b"), "slash"],
    ["with a name that is not UTF-8", info("name", Buffer.from([0xff])), "name is not UTF-8"],
    ["with a second name", info("name.utf-8", "other"), "name and name.utf-8 differ"],
    ["with a piece length of 0", info("piece length", 0), "piece length 0 is out of bounds"],
    ["with a negative piece length", info("piece length", -1), "out of bounds"],
    ["with a piece length of no power of two", info("piece length", 40000), "out of bounds"],
    ["with a huge piece length", info("piece length", 2 ** 40), "out of bounds"],
    ["with a tracker that is a number", root("announce", 1), "announce is not a string"],
    ["with tiers that are no lists", root("announce-list", ["a"]), "announce-list is not a list"],
    ["with a web seed that is a number", root("url-list", [1]), "url-list is not a string"],
  ]);
});

describe("refuses v1 files", () => {
  refuses([
    ["beside a length", info("length", 1), 'one of "length" and "files"'],
    ["with one piece too few", pieces(7), "where 8 pieces"],
    ["that are none", info("files", []), "no files"],
    ["with a path out of the folder", file(0, "path", ["..", "a"]), '".." segment'],
    ["with an absolute path", file(0, "path", ["", "etc"]), "absolute path"],
    ["with a slash in a path", file(0, "path", ["a/../../b"]), "slash"],
    ["with an empty path", file(0, "path", []), "empty path"],
    ["with a NUL in a path", file(0, "path", ["a\0"]), "control character"],
    ["with a device name", file(0, "path", ["aux.txt"]), "device name"],
    ["with a path that is no list", file(0, "path", "a"), "path is not a list"],
    ["with a second path", file(0, "path.utf-8", ["b"]), "path and path.utf-8 differ"],
    ["with a path that stands twice", file(2, "path", ["bagit.txt"]), "stands twice"],
    ["with a file that is also a folder", file(2, "path", ["bagit.txt", "a"]), "where its folder is"],
    ["with a negative length", file(0, "length", -1), "out of bounds"],
    ["with a length beyond 2^53", file(0, "length", 2n ** 53n), "out of bounds"],
    [
      "with a sum beyond 2^53",
      all(file(0, "length", TOO_LONG), file(1, "length", TOO_LONG)),
      "can be counted",
    ],
    ["with a symlink", file(0, "attr", "l"), "symlink"],
    ["with the path of a symlink", file(0, "symlink path", ["a"]), "symlink"],
    ["with a path that names 4,000 folders", file(0, "path", Array(4000).fill("a")), "path too long"],
  ]);
});

describe("refuses a v2 tree", () => {
  refuses([
    ["of meta version 3", info("meta version", 3), "meta version is not 2"],
    ["that is a list", info("file tree", []), "file tree is not a dictionary"],
    ["that is empty", info("file tree", new Map()), "empty folder"],
    ["with an empty folder", tree("x", new Map()), "empty folder"],
    ["that is a file itself", tree("", new Map([["length", 0]])), "also a folder"],
    [
      "with a file that is also a folder",
      ({ tree: top }) => below(top, "empty").set("x", EMPTY_FILE),
      "also a folder",
    ],
    ["with a path out of the folder", tree("..", EMPTY_FILE), '".." segment'],
    ["with a slash in a name", tree("a/b", EMPTY_FILE), "slash"],
    ["with a pad", leaf("bagit.txt", "attr", "p"), "holds a pad"],
    [
      "with a root for no bytes",
      leaf("empty", "pieces root", Buffer.alloc(32)),
      "empty file has a pieces root",
    ],
    ["with bytes without a root", leaf("bagit.txt", "pieces root", undefined), "pieces root is not a string"],
    ["with a root of 31 bytes", leaf("bagit.txt", "pieces root", Buffer.alloc(31)), "not 32 bytes"],
    ["without piece layers", without("piece layers"), "no piece layer"],
    ["with piece layers that are a list", root("piece layers", []), "not a dictionary"],
    [
      "with a layer of no file",
      ({ layers: all }) => all.set(Buffer.alloc(32), Buffer.alloc(64)),
      "belongs to no file",
    ],
    [
      "with a layer that is too long",
      layers((each) => Buffer.concat([each, Buffer.alloc(32)])),
      "does not fit",
    ],
    ["with a layer of other hashes", layers((each) => Buffer.alloc(each.length)), "does not hash up"],
  ]);

  test("deeper than any path", () => {
    let node: BencodeValue = EMPTY_FILE;
    for (let depth = 0; depth < 90; depth += 1) node = new Map([["a".repeat(100), node]]);
    const result = parseTorrent(tampered(tree("deep", node)));
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining("path too long") });
  });
});

describe("refuses a hybrid", () => {
  refuses([
    [
      "whose sides differ in a length",
      all(file(0, "length", 54), file(1, "length", PIECE - 54)),
      "same files",
    ],
    [
      "whose sides differ in order",
      ({ files }) => files.splice(2, 2, ...files.slice(2, 4).reverse()),
      "same files",
    ],
    ["with a file that v2 lacks", ({ tree: top }) => top.delete("bagit.txt"), "same files"],
    ["with a file that v1 lacks", tree("zz", EMPTY_FILE), "same files"],
    ["with a pad that is too short", file(1, "length", PIECE - 56), "pad does not reach"],
    [
      "with a pad of more than a piece",
      all(file(1, "length", 2 * PIECE - 55), pieces(9)),
      "pad does not reach",
    ],
    [
      "with a pad after a pad",
      all(({ files }) => files.splice(1, 0, new Map(files[1])), pieces(9)),
      "pad does not reach",
    ],
    [
      "without its first pad",
      all(({ files }) => files.splice(1, 1), pieces(8)),
      "does not begin with a piece",
    ],
    ["that is one file on one side", all(without("files"), info("length", 8 * PIECE)), "v1 is one file"],
  ]);

  test("is good without the pad after its last file", () => {
    expect(parseTorrent(tampered(({ files }) => files.pop()))).toMatchObject({ ok: true });
  });
});

test("refuses keys out of order, although another reader might take them", () => {
  const bytes = buildTorrentFile(v1([["a", 1]]), { comment: "c" }).toString("latin1");
  const turned = bytes.replace("7:comment1:c", "").replace(/e$/, "7:comment1:ce");
  const result = parseTorrent(Buffer.from(turned, "latin1"));
  expect(result).toMatchObject({ ok: false, reason: expect.stringContaining("keys out of order") });
});
