import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, type TestTone } from "../../../test/fixtures/audio.ts";
import { audioJob } from "../../../test/fixtures/audio-job.ts";
import { processAudioFile } from "../process-audio-file.ts";
import type { Loudness } from "../types.ts";
import { LOUDNESS_TOOL, loudnessOf } from "./loudness.ts";
import { LoudnessHistogram } from "./loudness-histogram.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-loudness-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function loudness(options: Omit<TestTone, "path" | "codec">, truePeak = false): Promise<Loudness> {
  const { path } = makeTestTone({ ...options, path: join(folder, "tone.wav"), codec: "wav" });
  const outcome = await processAudioFile(audioJob(path, folder, { truePeak }));
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.loudness;
}

const fullScale = (decibels: number): number => 10 ** (decibels / 20);

// EBU Tech 3341, test cases 1 and 2: a stereo sine of 1000 Hz at -23 and at -33 dBFS, in each channel.
test.each([
  [-23, -23],
  [-33, -33],
])("a stereo sine at %d dBFS has %d LUFS", async (levelDbfs, lufs) => {
  const measured = await loudness({
    signal: "sine",
    frequencyHz: 1000,
    sampleRateHz: 48_000,
    level: fullScale(levelDbfs),
    seconds: 20,
  });
  expect(measured.integratedLufs).toBeCloseTo(lufs, 1);
  expect(measured.samplePeakDbfs).toBeCloseTo(levelDbfs, 1);
  expect(measured.rangeLu).toBeCloseTo(0, 1);
});

test("true peak finds what lies between the samples", async () => {
  // Near a quarter of the rate few samples stand at the top of the wave.
  const options = {
    signal: "sine",
    frequencyHz: 11_900,
    sampleRateHz: 48_000,
    level: 0.5,
    seconds: 1,
  } as const;
  const measured = await loudness(options, true);
  expect(measured.truePeakDbtp).toBeGreaterThanOrEqual(measured.samplePeakDbfs ?? 0);
  expect(measured.truePeakDbtp).toBeCloseTo(-6, 0);
  expect((await loudness(options)).truePeakDbtp).toBeNull();
});

test("a stream that is too short for the filter has no true peak, not one of full scale", async () => {
  const measured = await loudness({ seconds: 0.0005, level: 0.25 }, true);
  expect(measured.samplePeakDbfs).toBeLessThan(-11);
  expect(measured.truePeakDbtp).toBeNull();
});

test("silence has no loudness and no peak", async () => {
  expect(await loudness({ signal: "silence" }, true)).toMatchObject({
    integratedLufs: null,
    rangeLu: null,
    samplePeakDbfs: null,
    truePeakDbtp: null,
  });
});

test("less than one block of 400 ms has a peak but no loudness", async () => {
  const measured = await loudness({ seconds: 0.3 });
  expect(measured.integratedLufs).toBeNull();
  expect(measured.samplePeakDbfs).toBeLessThan(0);
});

test("readings are rounded to three decimals and name their tools", () => {
  const readings = {
    integratedLufs: -12.34567,
    rangeLu: 1.00049,
    shortTermMaxLufs: null,
    samplePeak: 0.5,
    blocks: new LoudnessHistogram(),
  };
  expect(loudnessOf(readings, { dbtp: -5.98765, tool: "another" })).toEqual({
    integratedLufs: -12.346,
    rangeLu: 1,
    shortTermMaxLufs: null,
    samplePeakDbfs: -6.021,
    truePeakDbtp: -5.988,
    gatingBlocks: null,
    tool: `${LOUDNESS_TOOL}; true peak by another`,
  });
});
