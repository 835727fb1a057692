import { describe, expect, test } from "vitest";
import { buildHybridInfo, type HybridFile } from "./hybrid-info.ts";
import { hashFileBytes } from "./piece-hasher.ts";

const PIECE = 16384;

function file(path: string, bytes: Buffer): HybridFile {
  return { path: path.split("/"), ...hashFileBytes(bytes, PIECE) };
}

describe("buildHybridInfo", () => {
  test("writes a known torrent: one short file and one of two pieces", () => {
    const files = [file("b", Buffer.alloc(2 * PIECE, 0x62)), file("a", Buffer.from("abc"))];
    const { infoBytes, infohashV1, infohashV2, pieceLayers } = buildHybridInfo({
      name: "n",
      pieceLengthBytes: PIECE,
      files,
    });
    const head =
      "d9:file treed1:ad0:d6:lengthi3e11:pieces root32:" +
      Buffer.from("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "hex").toString(
        "latin1",
      );
    expect(infoBytes.toString("latin1").startsWith(head)).toBe(true);
    expect(infoBytes.toString("latin1")).toContain(
      "5:filesld6:lengthi3e4:pathl1:aeed4:attr1:p6:lengthi16381e4:pathl4:.pad5:16381eed6:lengthi32768e4:pathl1:beee" +
        "12:meta versioni2e4:name1:n12:piece lengthi16384e6:pieces60:",
    );
    expect([...(pieceLayers?.values() ?? [])].map((layer) => layer.length)).toEqual([64]);
    // As libtorrent 2.0.8 computes them for these two files.
    expect(infohashV1.toString("hex")).toBe("8cc40d5609e83332100abc9398c319ac895ab262");
    expect(infohashV2?.toString("hex")).toBe(
      "e1e8f07b7c20c7d7ad5b3bfd789e88015877230657535a486196abe4f277cfcb",
    );
  });

  test("sorts by path, name by name, whatever the order of the files", () => {
    const paths = ["a0", "a/b", "a.b", "a-b/c", "a/a", "Z", "é"];
    const files = paths.map((path) => file(path, Buffer.from(path)));
    const one = buildHybridInfo({ name: "n", pieceLengthBytes: PIECE, files });
    const other = buildHybridInfo({ name: "n", pieceLengthBytes: PIECE, files: files.toReversed() });
    expect(one.infoBytes).toEqual(other.infoBytes);
    const inOrder = ["Z", "a/a", "a/b", "a-b/c", "a.b", "a0", "é"].map(
      (path) =>
        `4:pathl${path
          .split("/")
          .map((name) => `${Buffer.byteLength(name)}:${name}`)
          .join("")}ee`,
    );
    const written = one.infoBytes.toString("utf8");
    const places = inOrder.map((path) => written.indexOf(path));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test("pads the last file, unless it is the only one", () => {
    const short = file("a", Buffer.from("abc"));
    const empty = file("b", Buffer.alloc(0));
    const count = (files: readonly HybridFile[]) =>
      buildHybridInfo({ name: "n", pieceLengthBytes: PIECE, files })
        .infoBytes.toString("latin1")
        .split("4:attr1:p").length - 1;
    expect(count([short])).toBe(0);
    expect(count([short, empty])).toBe(1);
  });

  test("two files of the same bytes share their piece layer", () => {
    const bytes = Buffer.alloc(3 * PIECE, 1);
    const { pieceLayers } = buildHybridInfo({
      name: "n",
      pieceLengthBytes: PIECE,
      files: [file("a", bytes), file("b", bytes)],
    });
    expect(pieceLayers?.size).toBe(1);
  });

  const whole = file("a", Buffer.alloc(2 * PIECE + 1));
  test.each<readonly [string, HybridFile]>([
    ["too few pieces", { ...whole, piecesV1: Buffer.alloc(40) }],
    ["a short layer", { ...whole, pieceLayer: Buffer.alloc(64) }],
    ["no root", { ...whole, piecesRoot: null }],
    ["no hash of the padded piece", { ...whole, paddedLastPieceV1: null }],
    ["a root for no bytes", { ...file("a", Buffer.alloc(0)), piecesRoot: Buffer.alloc(32) }],
  ])("refuses hashes that do not fit the size: %s", (_name, wrong) => {
    const files = [wrong, file("b", Buffer.from("b"))];
    expect(() => buildHybridInfo({ name: "n", pieceLengthBytes: PIECE, files })).toThrow("do not fit");
  });
});
