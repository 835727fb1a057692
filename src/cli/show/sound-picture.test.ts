import { expect, test } from "vitest";
import { outlinePicture, pitchPicture } from "./sound-picture.ts";

const outline = (peaks: readonly number[], columns: number): string | null =>
  outlinePicture({ peaks, secondsPerPeak: 1 }, columns);

test("an outline is as wide as there is room, and shows the highest of what it joins", () => {
  expect(outline([0, 0, 128, 255], 72)).toBe("▁▁▅█");
  expect(outline([0, 0, 128, 255, 10, 0], 3)).toBe("▁█▁");
  expect(outline([], 72)).toBeNull();
  expect(outlinePicture(null, 72)).toBeNull();
});

test("a picture of pitches has high ones at the top, and the loudest darkest", () => {
  const bands = 12;
  const columns = [Buffer.alloc(bands), Buffer.alloc(bands, 130), Buffer.alloc(bands)];
  columns[0]?.fill(255, 0, 2);
  columns[2]?.fill(200, 10, 12);
  const base64 = Buffer.concat(columns).toString("base64");
  const picture = pitchPicture({ bands, columns: 3, secondsPerColumn: 1, base64 }, 72);
  expect(picture).toEqual([" ░▓", " ░ ", " ░ ", " ░ ", " ░ ", "█░ "]);
  expect(pitchPicture({ bands, columns: 3, secondsPerColumn: 1, base64 }, 1)).toHaveLength(6);
});

test("silence has no picture of pitches", () => {
  const base64 = Buffer.alloc(64).toString("base64");
  expect(pitchPicture({ bands: 32, columns: 2, secondsPerColumn: 1, base64 }, 72)).toEqual([]);
  expect(pitchPicture(null, 72)).toEqual([]);
});
