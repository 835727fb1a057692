import { describe, expect, test } from "vitest";
import { buildV1Info, PathTree, type V1File } from "./info-dictionary.ts";

const PIECE = 16384;
const PIECES = Buffer.alloc(20, 0x61);

function build(files: readonly V1File[], name = "n", pieces = PIECES) {
  return buildV1Info({ name, pieceLengthBytes: PIECE, files, pieces });
}

describe("buildV1Info", () => {
  test("writes a folder of files in the order given", () => {
    const files = [
      { path: ["d", "b"], sizeBytes: 2 },
      { path: ["a"], sizeBytes: 1 },
    ];
    const { infoBytes, infohashV1, infohashV2, pieceLayers } = build(files);
    expect(infoBytes.toString("latin1")).toBe(
      "d5:filesld6:lengthi2e4:pathl1:d1:beed6:lengthi1e4:pathl1:aeee4:name1:n12:piece lengthi16384e6:pieces20:" +
        `${"a".repeat(20)}e`,
    );
    expect(infohashV1.toString("hex")).toBe("d6a4c23982766c524b20f32223e4c06af92b3b19");
    expect([infohashV2, pieceLayers]).toEqual([null, null]);
  });

  test("writes one file alone with its length", () => {
    const files = [{ path: ["n"], sizeBytes: 3 }];
    const { infoBytes } = buildV1Info({
      name: "n",
      pieceLengthBytes: PIECE,
      files,
      pieces: PIECES,
      layout: "file",
    });
    expect(infoBytes.toString("latin1")).toBe(
      `d6:lengthi3e4:name1:n12:piece lengthi16384e6:pieces20:${"a".repeat(20)}e`,
    );
  });

  const refused: readonly (readonly [string, readonly V1File[], string])[] = [
    ["no file at all", [], "no bytes"],
    ["only empty files", [{ path: ["a"], sizeBytes: 0 }], "no bytes"],
    ["a path out of the folder", [{ path: ["..", "a"], sizeBytes: 1 }], '".." segment'],
    ["a slash within a name", [{ path: ["a/b"], sizeBytes: 1 }], "slash"],
    ["an empty path", [{ path: [], sizeBytes: 1 }], "empty path"],
    ["a file among the pads", [{ path: [".pad", "1"], sizeBytes: 1 }], "kept for pads"],
    [
      "a path that stands twice",
      [
        { path: ["a"], sizeBytes: 1 },
        { path: ["a"], sizeBytes: 1 },
      ],
      "stands twice",
    ],
    [
      "names that differ by case only",
      [
        { path: ["é"], sizeBytes: 1 },
        { path: ["É"], sizeBytes: 1 },
      ],
      "stands twice",
    ],
    [
      "a file that is also a folder",
      [
        { path: ["a"], sizeBytes: 1 },
        { path: ["a", "b"], sizeBytes: 1 },
      ],
      "where its folder is",
    ],
    ["a negative size", [{ path: ["a"], sizeBytes: -1 }], "not a size"],
    ["pieces that do not fit", [{ path: ["a"], sizeBytes: PIECE + 1 }], "1 pieces for files of 2"],
  ];
  test.each(refused)("refuses %s", (_name, files, reason) => {
    expect(() => build(files)).toThrow(reason);
  });

  test.each(["", "..", "a/b", "con", "a\0b"])("refuses the name %j", (name) => {
    expect(() => build([{ path: ["a"], sizeBytes: 1 }], name)).toThrow("cannot be called");
  });

  test("refuses one file alone under another name", () => {
    const files = [{ path: ["m"], sizeBytes: 3 }];
    expect(() =>
      buildV1Info({ name: "n", pieceLengthBytes: PIECE, files, pieces: PIECES, layout: "file" }),
    ).toThrow("that file's name");
  });
});

describe("PathTree", () => {
  test("notices a folder that is also a file, whichever comes first", () => {
    const tree = new PathTree();
    expect(tree.add(["a", "b", "c"])).toBeNull();
    expect(tree.add(["a", "b", "d"])).toBeNull();
    expect(tree.add(["a", "b"])).toBe("the path stands twice");
    expect(tree.add(["a", "b", "c", "d"])).toBe("a file stands where its folder is");
    expect(tree.add(["a", "b", "c"])).toBe("the path stands twice");
  });

  test("has no names that mean something to the language", () => {
    const tree = new PathTree();
    expect(tree.add(["__proto__", "constructor"])).toBeNull();
    expect(tree.add(["toString"])).toBeNull();
  });
});
