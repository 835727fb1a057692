import { afterEach, expect, test } from "vitest";
import { InterruptedError } from "./errors.ts";
import { ThreadPool } from "./thread-pool.ts";

const pools: ThreadPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function poolOf(size: number): ThreadPool {
  const pool = new ThreadPool(new URL("./testing/job-thread.ts", import.meta.url), size, "hello");
  pools.push(pool);
  return pool;
}

test("jobs are done by no more threads than there may be, which know what they were started with", async () => {
  const pool = poolOf(2);
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => pool.run({ number })));
  const told = answers as { readonly number: number; readonly input: string; readonly thread: number }[];
  expect(told.map(({ number }) => number)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(new Set(told.map(({ input }) => input))).toEqual(new Set(["hello"]));
  expect(new Set(told.map(({ thread }) => thread)).size).toBe(2);
}, 20_000);

test("a job that fails costs its thread, and no other job", async () => {
  const pool = poolOf(1);
  const answers = await Promise.allSettled([pool.run({ fault: "no way" }), pool.run({ number: 4 })]);
  expect(answers[0]).toMatchObject({ status: "rejected", reason: { message: "no way" } });
  expect(answers[1]).toMatchObject({ status: "fulfilled", value: { number: 8 } });
}, 20_000);

test("what is not done when the pool is closed is interrupted", async () => {
  const pool = poolOf(1);
  const jobs = [pool.run({ isEndless: true }), pool.run({ number: 1 })];
  const settled = Promise.allSettled(jobs);
  await pool.close();
  for (const job of await settled) expect(job).toMatchObject({ reason: expect.any(InterruptedError) });
}, 20_000);
