import { expect, test } from "vitest";
import { findStrayChunk, parseMp4SampleTable } from "./mp4-sample-table.ts";
import { box, u32 } from "./testing/build-audio.ts";

interface Tables {
  readonly times?: readonly (readonly [count: number, delta: number])[];
  readonly runs?: readonly (readonly [first: number, perChunk: number, description: number])[];
  readonly sizes?: readonly number[];
  readonly statedSizes?: number;
  readonly offsets?: readonly number[];
}

/** Five samples of 10 bytes in two chunks, at 100 and 130. */
function stbl(tables: Tables = {}): Buffer {
  const sizes = tables.sizes ?? [10, 10, 10, 10, 10];
  const times = tables.times ?? [[5, 1024]];
  const runs = tables.runs ?? [
    [1, 3, 1],
    [2, 2, 1],
  ];
  const offsets = tables.offsets ?? [100, 130];
  const entries = (rows: readonly (readonly number[])[]): Buffer => Buffer.concat(rows.flat().map(u32));
  return Buffer.concat([
    box("stsd", u32(0), u32(1)),
    box("stts", u32(0), u32(times.length), entries(times)),
    box("stsc", u32(0), u32(runs.length), entries(runs)),
    box("stsz", u32(0), u32(0), u32(tables.statedSizes ?? sizes.length), entries([sizes])),
    box("stco", u32(0), u32(offsets.length), entries([offsets])),
  ]);
}

function parse(tables?: Tables): ReturnType<typeof parseMp4SampleTable> {
  const bytes = stbl(tables);
  return parseMp4SampleTable(bytes, { type: "stbl", start: 0, end: bytes.length, isCut: false });
}

test("tables that agree tell where the samples lie", () => {
  expect(parse()).toEqual({
    samples: 5,
    duration: 5120,
    chunks: Float64Array.of(100, 130, 130, 150),
    problems: [],
  });
});

test.each<[string, Tables, RegExp]>([
  ["too few timed samples", { times: [[4, 1024]] }, /times 4 samples, and there are 5/],
  ["chunks that hold too few", { runs: [[1, 2, 1]] }, /hold 4 samples of 5/],
  ["chunks that hold too many", { runs: [[1, 3, 1]] }, /samples that are not there/],
  [
    "a run past the last chunk",
    {
      runs: [
        [1, 3, 1],
        [2, 2, 1],
        [9, 1, 1],
      ],
    },
    /run 2 .* past the last chunk/,
  ],
  ["a description that is not there", { runs: [[1, 3, 7]] }, /description 7/],
  [
    "more sizes than there is room for",
    { statedSizes: 4_000_000_000 },
    /states 4000000000 entries and holds 5/,
  ],
])("%s are found", (_name, tables, expected) => {
  expect(
    parse(tables)
      ?.problems.map(({ detail }) => detail)
      .join("; "),
  ).toMatch(expected);
});

test.each([
  ["inside the media", [100, 130, 130, 150], null],
  ["out of order, which is allowed", [130, 150, 100, 130], null],
  ["before the media", [99, 130, 130, 150], 99],
  ["past the media", [100, 130, 130, 151], 130],
  ["over each other", [100, 130, 129, 149], 129],
])("chunks %s", (_name, chunks, offsetBytes) => {
  const stray = findStrayChunk(Float64Array.from(chunks), [{ start: 100, end: 150 }]);
  expect(stray?.offsetBytes ?? null).toBe(offsetBytes);
});
