import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { ArchiveNotFoundError, UsageError } from "../core/errors.ts";

/** A value and who set it: the later in the list wins. */
export interface Setting<T> {
  readonly value: T;
  readonly from: "default" | "parent folder" | "deadwax.json" | "environment" | "flag";
  /** The flag, variable or file. */
  readonly where: string;
}

/** The options that every command has, as commander read them. */
export const globalFlagsSchema = z.object({
  archive: z.string().optional(),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  color: z.boolean().default(true),
  workers: z.int().optional(),
});

export type GlobalFlags = z.infer<typeof globalFlagsSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

const MAX_WORKERS = 256;

/** `--archive`, else `DEADWAX_ARCHIVE`, else the nearest folder at or above the working folder that is an archive. */
export function archiveSetting(
  flags: GlobalFlags,
  environment: Environment,
  workingFolder: string,
): Setting<string> {
  if (flags.archive !== undefined) {
    return { value: resolve(workingFolder, flags.archive), from: "flag", where: "--archive" };
  }
  const variable = environment.DEADWAX_ARCHIVE;
  if (variable) {
    return { value: resolve(workingFolder, variable), from: "environment", where: "DEADWAX_ARCHIVE" };
  }
  for (let folder = resolve(workingFolder); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "deadwax.json"))) {
      return { value: folder, from: "parent folder", where: "deadwax.json here or above" };
    }
    if (dirname(folder) === folder) break;
  }
  throw new ArchiveNotFoundError(`no archive at or above "${workingFolder}"`, {
    hint: "name it with --archive FOLDER or DEADWAX_ARCHIVE, or make one: deadwax init FOLDER",
  });
}

/** `--workers`, else `DEADWAX_WORKERS`, else one for each core. */
export function workersSetting(flags: GlobalFlags, environment: Environment): Setting<number> {
  if (flags.workers !== undefined) return { value: flags.workers, from: "flag", where: "--workers" };
  const variable = environment.DEADWAX_WORKERS;
  if (variable) {
    return { value: parseWorkers(variable), from: "environment", where: "DEADWAX_WORKERS" };
  }
  return { value: availableParallelism(), from: "default", where: "one for each core" };
}

export function parseWorkers(text: string): number {
  const workers = Number(text);
  if (!/^\d+$/.test(text) || workers < 1 || workers > MAX_WORKERS) {
    throw new UsageError(`"${text}" is not a number of workers`, {
      hint: `give a whole number from 1 to ${MAX_WORKERS}`,
    });
  }
  return workers;
}
