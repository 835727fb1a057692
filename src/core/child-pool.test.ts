import { afterEach, expect, test } from "vitest";
import { type ChildPool, createChildPool } from "./child-pool.ts";

interface Answer {
  readonly answer: string;
  readonly pid: number;
}

let pool: ChildPool<string, Answer>;
afterEach(() => pool.close());

function open(workers: number, signal?: AbortSignal, nodeOptions?: string[]): ChildPool<string, Answer> {
  pool = createChildPool<string, Answer>({
    entry: new URL("./testing/pool-child.ts", import.meta.url),
    workers,
    nodeOptions,
    signal,
    timeoutMs: (job) => (job === "hang" ? 300 : 60_000),
    crashResult: (job, reason, detail) => ({ answer: `${job} ${reason} ${detail}`, pid: 0 }),
    parseResult: (message) => {
      if (typeof message !== "object" || message === null) throw new TypeError("no answer");
      const { answer, pid } = Object.fromEntries(Object.entries(message));
      return { answer: String(answer), pid: Number(pid) };
    },
  });
  return pool;
}

test("runs many jobs in a bounded number of children", async () => {
  const { run } = open(2);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => run(`job ${index}`)));
  expect(answers.map(({ answer }) => answer)).toEqual(
    Array.from({ length: 20 }, (_, index) => `job ${index}!`),
  );
  expect(new Set(answers.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
});

test("a child that crashes, throws or hangs costs its own job only", async () => {
  const { run } = open(1);
  const answers = await Promise.all(["a", "crash", "throw", "hang", "b"].map(run));
  const texts = answers.map(({ answer }) => answer);
  expect(texts[0]).toBe("a!");
  expect(texts[1]).toContain("crash crashed killed by SIGSEGV");
  expect(texts[2]).toMatch(/throw crashed exit code 1.*broken child/s);
  expect(texts[3]).toContain("hang timed-out");
  expect(texts[4]).toBe("b!");
});

test("a child has one heap for all its threads, unless the environment says otherwise", async () => {
  expect((await open(1).run("heaps")).answer).toBe("1");
  await pool.close();
  process.env.MALLOC_ARENA_MAX = "3";
  try {
    expect((await open(1).run("heaps")).answer).toBe("3");
  } finally {
    delete process.env.MALLOC_ARENA_MAX;
  }
});

test("children that are prepared are the ones that work, and are no more than the pool may have", async () => {
  const { prepare, processIds, run } = open(2);
  prepare(1);
  const [first, ...others] = processIds();
  expect(others).toEqual([]);
  expect((await run("a")).pid).toBe(first);
  prepare(5);
  expect(processIds()).toHaveLength(2);
  await pool.close();
  prepare(1);
  expect(processIds()).toEqual([]);
});

test("children get the options of Node that the pool asks for", async () => {
  expect((await open(1).run("options")).answer).not.toContain("--stack-size");
  await pool.close();
  expect((await open(1, undefined, ["--stack-size=900"]).run("options")).answer).toContain(
    "--stack-size=900",
  );
});

test("an answer that is no result is refused", async () => {
  await expect(open(1).run("nonsense")).rejects.toThrow(/no result/);
});

test("an aborted pool rejects what waits and what runs, and leaves no process", async () => {
  const controller = new AbortController();
  const { run, processIds } = open(1, controller.signal);
  await run("a");
  const [child = 0] = processIds();
  const jobs = Promise.allSettled([run("hang"), run("b")]);
  controller.abort();
  expect((await jobs).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await pool.close();
  expect(() => process.kill(child, 0)).toThrow();
  await expect(run("c")).rejects.toMatchObject({ exitCode: 130 });
});
