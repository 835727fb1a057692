import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BAG, contentOf, hybrid, PIECE, parsed, type Sizes, v1 } from "../../../test/fixtures/torrents.ts";
import { type BencodeValue, encodeBencode } from "../bencode/encode.ts";
import { buildHybridInfo } from "./hybrid-info.ts";
import { parseTorrent } from "./parse-torrent.ts";
import { hashFileBytes } from "./piece-hasher.ts";
import { buildTorrentFile } from "./torrent-file.ts";

describe("parseTorrent", () => {
  test("reads a hybrid back, pads and all", () => {
    const info = hybrid(BAG);
    const torrent = parsed(
      buildTorrentFile(info, { announce: ["udp://a", "udp://b"], urlList: ["https://w/"], comment: "c" }),
    );
    expect(torrent).toMatchObject({
      kind: "hybrid",
      infohashV1: info.infohashV1,
      infohashV2: info.infohashV2,
      name: "release",
      layout: "folder",
      pieceLengthBytes: PIECE,
      isPrivate: false,
      announce: ["udp://a", "udp://b"],
      urlList: ["https://w/"],
    });
    expect(torrent.pieceLayers).toEqual(info.pieceLayers);
    expect(
      torrent.files.map(({ path, sizeBytes, offsetBytes, isPad }) => [
        path.join("/"),
        sizeBytes,
        offsetBytes,
        isPad,
      ]),
    ).toEqual([
      ["bagit.txt", 55, 0, false],
      [`.pad/${PIECE - 55}`, PIECE - 55, 55, true],
      ["data/a.tar", 2 * PIECE, PIECE, false],
      ["data/b.tar", PIECE, 3 * PIECE, false],
      ["empty", 0, 4 * PIECE, false],
      ["tracks.parquet", 3 * PIECE + 1, 4 * PIECE, false],
      [`.pad/${PIECE - 1}`, PIECE - 1, 7 * PIECE + 1, true],
    ]);
    expect(torrent.files.map(({ piecesRoot }) => piecesRoot?.length)).toEqual([
      32,
      undefined,
      32,
      32,
      undefined,
      32,
      undefined,
    ]);
  });

  test("reads a v1 torrent back, in its own order", () => {
    const sizes: Sizes = [
      ["z", PIECE],
      ["a", 3],
      ["b/c", 0],
    ];
    const info = v1(sizes);
    const torrent = parsed(buildTorrentFile(info));
    expect(torrent).toMatchObject({ kind: "v1", infohashV1: info.infohashV1, infohashV2: null });
    expect(
      torrent.files.map(({ path, sizeBytes, offsetBytes }) => [path.join("/"), sizeBytes, offsetBytes]),
    ).toEqual([
      ["z", PIECE, 0],
      ["a", 3, PIECE],
      ["b/c", 0, PIECE + 3],
    ]);
    expect(torrent.piecesV1?.length).toBe(40);
  });

  test("tells one file alone from a folder with a file of its name", () => {
    const files = [{ path: ["a"], ...hashFileBytes(contentOf(5), PIECE) }];
    const alone = buildHybridInfo({ name: "a", pieceLengthBytes: PIECE, files, layout: "file" });
    const within = buildHybridInfo({ name: "a", pieceLengthBytes: PIECE, files });
    expect(parsed(buildTorrentFile(alone))).toMatchObject({ layout: "file", files: [{ path: ["a"] }] });
    expect(parsed(buildTorrentFile(within))).toMatchObject({ layout: "folder", files: [{ path: ["a"] }] });
  });

  test("reads back whatever the builders write", () => {
    const sizes = fc.uniqueArray(
      fc.tuple(
        fc.stringMatching(/^[a-zé音]{1,3}f(\/[a-z]{1,3}g)?$/).map((path) => path.normalize("NFC")),
        fc.oneof(fc.constantFrom(0, 1, PIECE, 2 * PIECE), fc.nat(4 * PIECE)),
      ),
      { minLength: 1, maxLength: 6, selector: ([path]) => path.split("/")[0] },
    );
    fc.assert(
      fc.property(
        sizes.filter((files) => files.some(([, sizeBytes]) => sizeBytes > 0)),
        (files) => {
          for (const info of [hybrid(files), v1(files)]) {
            const torrent = parsed(buildTorrentFile(info));
            expect(torrent.infohashV1).toEqual(info.infohashV1);
            expect(torrent.infohashV2).toEqual(info.infohashV2);
            const found = torrent.files
              .filter(({ isPad }) => !isPad)
              .map(({ path, sizeBytes }) => [path.join("/"), sizeBytes]);
            expect(new Map(found as [string, number][])).toEqual(new Map(files));
          }
        },
      ),
    );
  });

  test("notices any changed byte of a hybrid: refused, or under other infohashes", () => {
    const info = hybrid(BAG);
    const bytes = buildTorrentFile(info);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const broken = Buffer.from(bytes);
        broken[index] = (broken[index] ?? 0) ^ change;
        const result = parseTorrent(broken);
        const isSame =
          result.ok &&
          (result.torrent.infohashV1?.equals(info.infohashV1) ||
            result.torrent.infohashV2?.equals(info.infohashV2 ?? info.infohashV1));
        expect(isSame).not.toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("refuses a torrent cut short anywhere", () => {
    const bytes = buildTorrentFile(hybrid(BAG));
    for (let end = 0; end < bytes.length; end += 1)
      expect(parseTorrent(bytes.subarray(0, end)).ok).toBe(false);
  });

  test("reads any bencode without a crash", () => {
    const keys = [
      "info",
      "files",
      "file tree",
      "length",
      "path",
      "name",
      "pieces",
      "piece length",
      "piece layers",
      "meta version",
      "",
      "attr",
    ];
    const { item } = fc.letrec<{ item: BencodeValue }>((tie) => ({
      item: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<BencodeValue>(
          0,
          1,
          2,
          -1,
          PIECE,
          2n ** 62n,
          "a",
          "..",
          "",
          Buffer.alloc(20),
          Buffer.alloc(32),
        ),
        fc.array(tie("item"), { maxLength: 3 }),
        fc
          .uniqueArray(fc.tuple(fc.constantFrom(...keys), tie("item")), {
            maxLength: 8,
            selector: ([key]) => key,
          })
          .map((members) => new Map(members)),
      ),
    }));
    fc.assert(
      fc.property(fc.record({ info: item, layers: item }), ({ info, layers }) => {
        const result = parseTorrent(
          encodeBencode(
            new Map([
              ["info", info],
              ["piece layers", layers],
            ]),
          ),
        );
        expect(typeof result.ok).toBe("boolean");
      }),
      { numRuns: 2000 },
    );
  });

  test("a torrent larger than told is not read", () => {
    expect(parseTorrent(Buffer.alloc(11), 10)).toEqual({
      ok: false,
      reason: "larger than 10 bytes (at byte 0)",
    });
  });
});
