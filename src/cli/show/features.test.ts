import { expect, test } from "vitest";
import { featuresText } from "./features.ts";

const feature = (name: string, value: number, unit: string | null = null, tool: string | null = null) => ({
  name,
  value,
  unit,
  tool,
});

test.each([
  [[], null],
  [
    [feature("tempo", 119.96468, "BPM", "x/1"), feature("energy", 0.1, null, "x/1")],
    "tempo 120 BPM, energy 0.1 (x/1)",
  ],
  [[feature("key", 1), feature("mode", 1)], "key C♯ major"],
  [[feature("key", 9), feature("mode", 0)], "key A minor"],
  [[feature("key", 9)], "key A"],
])("features are told with unit and tool, key and mode as one", (features, text) => {
  expect(featuresText(features)).toBe(text);
});
