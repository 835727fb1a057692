import { z } from "zod";
// From its own file: the thread is not to load the database.
import { programBeside, runThread, serveThread } from "../../core/run-thread.ts";
import { FILES_FOR_A_THREAD } from "./read-numbers.ts";
import { AGGREGATE_NAMES, type AggregateName } from "./registry.ts";
import { type Tallied, tallyFiles, tallyOf } from "./tally.ts";

/** `tallyFiles` of the tally of an aggregate, where there are many files in a thread of its own. */
export async function tallyBeside(
  name: AggregateName,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Tallied | null> {
  if (paths.length < FILES_FOR_A_THREAD) return await tallyHere({ name, paths });
  const entry = programBeside("./tally-thread", import.meta.url);
  return answerSchema.parse(await runThread(entry, { name, paths }, signal));
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
const answerSchema = z.map(nameSchema, z.array(rowSchema)).nullable();

interface Question {
  readonly name: AggregateName;
  readonly paths: readonly string[];
}

async function tallyHere({ name, paths }: Question): Promise<Tallied | null> {
  const tally = tallyOf(name);
  return tally && (await tallyFiles(paths, tally));
}
