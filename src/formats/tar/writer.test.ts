import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { TAR_BLOCK_BYTES } from "./header.ts";
import { tarEndBytes, tarEntryHeader, tarEntrySizeBytes, tarPaddingBytes } from "./writer.ts";

function latin1(header: Buffer, offset: number, length: number): string {
  return header.toString("latin1", offset, offset + length).replace(/\0+$/, "");
}

describe("tarEntryHeader", () => {
  test("is one block for a plain name", () => {
    const header = tarEntryHeader({ name: "0123456789abc.ogg", sizeBytes: 5_000_000 });
    expect(header.length).toBe(TAR_BLOCK_BYTES);
    expect([latin1(header, 0, 100), latin1(header, 124, 12), latin1(header, 156, 1)]).toEqual([
      "0123456789abc.ogg",
      "00023045500",
      "0",
    ]);
  });

  test.each([
    ["100 ASCII bytes", "a".repeat(100), 0, 512],
    ["101 ASCII bytes", "a".repeat(101), 0, 1536],
    ["a name beyond ASCII", "é.ogg", 0, 1536],
    ["8 GiB less one byte", "a", 8 * 2 ** 30 - 1, 512],
    ["8 GiB", "a", 8 * 2 ** 30, 1536],
    ["a name that takes two blocks of records", `${"a/".repeat(300)}a`, 0, 2048],
  ])("of %s", (_name, name, sizeBytes, headerBytes) => {
    expect(tarEntryHeader({ name, sizeBytes }).length).toBe(headerBytes);
  });

  test("puts name and size of a large file with a foreign name into pax records", () => {
    const header = tarEntryHeader({ name: "été.ogg", sizeBytes: 2 ** 40 });
    expect([latin1(header, 0, 100), latin1(header, 124, 12), latin1(header, 156, 1)]).toEqual([
      "PaxHeader",
      "00000000050",
      "x",
    ]);
    expect(header.toString("utf8", 512, 512 + 40)).toBe("18 path=été.ogg\n22 size=1099511627776\n");
    expect([
      latin1(header, 1024, 100),
      latin1(header, 1024 + 124, 12),
      latin1(header, 1024 + 156, 1),
    ]).toEqual(["_t_.ogg", "00000000000", "0"]);
  });

  test("always has the same bytes", () => {
    const names = ["0123456789abc.json", "音楽/曲.opus", "a".repeat(300)];
    const bytes = Buffer.concat(names.map((name) => tarEntryHeader({ name, sizeBytes: 12345 })));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "09c68565d9e4cfad1ddbdc1531e24d486b745d87291ffb9e09bf4c75895cc0cb",
    );
  });

  test.each(["", "/etc/passwd", "../a", "a/../b", "a\0b", "con", "a\\b", "a//b"])(
    "refuses the name %j",
    (name) => {
      expect(() => tarEntryHeader({ name, sizeBytes: 0 })).toThrow("cannot stand in a tar");
    },
  );

  test.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses the size %d", (sizeBytes) => {
    expect(() => tarEntryHeader({ name: "a", sizeBytes })).toThrow("not a size");
  });
});

test.each([
  [0, 0],
  [1, 511],
  [511, 1],
  [512, 0],
  [513, 511],
])("a file of %d bytes has %d bytes of padding", (sizeBytes, paddingBytes) => {
  expect(tarPaddingBytes(sizeBytes)).toEqual(Buffer.alloc(paddingBytes));
});

test.each([
  [0, 16384, 16384],
  [16384 - 1024, 16384, 1024],
  [16384 - 512, 16384, 512 + 16384],
  [16384, 16384, 16384],
  [1536, 512, 1024],
])(
  "an archive of %d bytes ends a piece of %d with %d bytes of zeros",
  (offsetBytes, pieceLengthBytes, endBytes) => {
    const end = tarEndBytes(offsetBytes, pieceLengthBytes);
    expect(end).toEqual(Buffer.alloc(endBytes));
    expect((offsetBytes + end.length) % pieceLengthBytes).toBe(0);
  },
);

test("an entry takes its header, its bytes and its padding", () => {
  expect(tarEntrySizeBytes({ name: "a", sizeBytes: 1 })).toBe(1024);
  expect(tarEntrySizeBytes({ name: "a", sizeBytes: 512 })).toBe(1024);
  expect(tarEntrySizeBytes({ name: "é", sizeBytes: 0 })).toBe(1536);
});
