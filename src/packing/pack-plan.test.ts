import { expect, test } from "vitest";
import { childrenToPrepare } from "./pack-plan.ts";

test.each([
  [0, 5, "nothing is sealed"],
  [2, 5, "a shard is missing"],
  [3, 0, "all that the plan expects are there"],
  [7, 0, "there are those of older plans too"],
])("with %i shards of three %i children are prepared: %s", (sealed, children) => {
  const gates = { open: { tracks: 4, bytes: 9 }, dark: { tracks: 1, bytes: 2 } };
  expect(childrenToPrepare({ gates, shards: { count: 3, bytes: 11 } }, sealed)).toBe(children);
});
