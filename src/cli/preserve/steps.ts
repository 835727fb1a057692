import type { CommandContext } from "../context.ts";

/** The steps of `preserve`, in order. Each of them finds what an earlier run has done and goes on from there. */
export const STEPS = {
  intake: "taking in the music",
  catalogue: "building the catalogue",
  rights: "finding out what may be released",
  plan: "planning what is kept",
  pack: "packing",
  release: "making the release",
  verify: "verifying the release",
} as const;

export type Step = keyof typeof STEPS;

const ORDER = Object.keys(STEPS);

/** Announces a step, runs it, and tells a program what came of it. */
export async function runStep<T extends object>(
  context: CommandContext,
  step: Step,
  work: () => Promise<T>,
): Promise<T> {
  context.throwIfInterrupted();
  const number = ORDER.indexOf(step) + 1;
  context.heading(`[${number}/${ORDER.length}] ${STEPS[step]}`);
  const result = await work();
  context.reporter.record({ type: "step", step, number, of: ORDER.length, result });
  return result;
}
