import { expect, test } from "vitest";
import { eachOf } from "./each-of.ts";

test("tasks beside each other: all are done, the first failure is told when those beside it have ended", async () => {
  const done: number[] = [];
  const items = Array.from({ length: 40 }, (_, index) => index);
  await eachOf(items, async (item, index) => {
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    done.push(item);
    expect(index).toBe(item);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual(items);
  const ended: number[] = [];
  const failing = eachOf(items, async (item) => {
    if (item === 20) throw new Error("no");
    await new Promise((resolve) => setTimeout(resolve, 2));
    ended.push(item);
  });
  await expect(failing).rejects.toThrow("no");
  expect(ended).toHaveLength(31);
});
