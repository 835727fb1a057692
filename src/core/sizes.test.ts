import { describe, expect, test } from "vitest";
import { formatDuration, formatSize, parseSize } from "./sizes.ts";

describe("parseSize", () => {
  test.each([
    ["0", 0],
    ["1048576", 1_048_576],
    ["300TB", 300e12],
    ["300tb", 300e12],
    ["1TiB", 2 ** 40],
    ["1.5 GiB", 1_610_612_736],
    ["2k", 2000],
    ["40GB", 40e9],
  ])("reads %s as %d bytes", (text, sizeBytes) => expect(parseSize(text)).toBe(sizeBytes));

  test.each(["", "GB", "-1GB", "1e3", "12 parsecs", "9EB9", "99EB", "0x10", "1,5GB", "NaN"])(
    "refuses %j",
    (text) => expect(() => parseSize(text)).toThrow(/is not a size/),
  );
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [205_700_000, "206 MB"],
  [12_340_000, "12.3 MB"],
  [999_600, "1.00 MB"],
  [300e12, "300 TB"],
])("shows %d bytes as %s", (sizeBytes, text) => expect(formatSize(sizeBytes)).toBe(text));

test.each([
  [0, "0:00"],
  [65_000, "1:05"],
  [3_725_000, "1:02:05"],
])("shows %d ms as %s", (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));
