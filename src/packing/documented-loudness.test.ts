import { expect, test } from "vitest";
import type { Loudness } from "../audio/index.ts";
import { documentedLoudness, trackLoudnessSchema } from "./documented-loudness.ts";

const MEASURED: Loudness = {
  integratedLufs: -20.1234,
  rangeLu: 3.456,
  shortTermMaxLufs: -18.001,
  samplePeakDbfs: -6.0206,
  truePeakDbtp: null,
  gatingBlocks: { firstBin: 490, counts: [3, 0, 7] },
  tool: "test 1",
};

test("a document has the gain of its track, and the blocks that the gain of its album comes from", () => {
  expect(trackLoudnessSchema.parse(documentedLoudness(MEASURED))).toEqual({
    integratedLufs: -20.12,
    rangeLu: 3.46,
    shortTermMaxLufs: -18,
    samplePeakDbfs: -6.02,
    truePeakDbtp: null,
    replayGain: { gainDb: 2.123, peak: 0.5 },
    gatingBlocks: { firstBin: 490, counts: [3, 0, 7] },
    tool: "test 1",
  });
});

test("silence has neither", () => {
  const silence = documentedLoudness({ ...MEASURED, integratedLufs: null, gatingBlocks: null });
  expect(silence).toMatchObject({ replayGain: null, gatingBlocks: null });
});

test("a document from before these were kept is read", () => {
  const { replayGain: _, gatingBlocks: __, shortTermMaxLufs: ___, ...before } = documentedLoudness(MEASURED);
  expect(trackLoudnessSchema.parse(before)).toMatchObject({ replayGain: null, gatingBlocks: null });
});
