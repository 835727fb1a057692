import { z } from "zod";
import { runThread, serveThread } from "../../core/run-thread.ts";
import { AGGREGATE_NAMES, type AggregateName } from "./registry.ts";
import { type Tallied, tallyFile, tallyOf } from "./tally.ts";

/** So many files are worth a thread, which takes half a second until its loops are compiled. */
const FILES_FOR_A_THREAD = 16;

/** Runs the tally of an aggregate over each of the files; null for those of which it takes no column. */
export async function tallyFiles(
  name: AggregateName,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<readonly (Tallied | null)[]> {
  if (paths.length < FILES_FOR_A_THREAD) return await tallyHere({ name, paths });
  const entry = import.meta.url.endsWith(".ts") ? "./tally-thread.ts" : "./tally-thread.js";
  return answerSchema.parse(await runThread(new URL(entry, import.meta.url), { name, paths }, signal));
}

/** The thread's side. */
export function serveTallies(): Promise<void> {
  return serveThread((input) => tallyHere(questionSchema.parse(input)));
}

const nameSchema = z.enum(AGGREGATE_NAMES);
const questionSchema = z.object({ name: nameSchema, paths: z.array(z.string()) });
const rowSchema = z.object({
  keys: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
  sums: z.array(z.bigint()),
});
const answerSchema = z.array(z.map(nameSchema, z.array(rowSchema)).nullable());

interface Question {
  readonly name: AggregateName;
  readonly paths: readonly string[];
}

async function tallyHere({ name, paths }: Question): Promise<(Tallied | null)[]> {
  const tally = tallyOf(name);
  const results: (Tallied | null)[] = [];
  for (const path of paths) results.push(tally && (await tallyFile(path, tally)));
  return results;
}
