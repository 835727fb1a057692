import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Reporter, UsageError } from "../core/index.ts";
import { walkFolder } from "../sources/files/walk.ts";

const SOUND = /\.(ogg|oga|opus|flac|mp3|m4a|wav)$/i;

/** Files that belong together: those of one folder, or those that were named one by one. */
export interface AudioGroup {
  /** As it was given, with what is below it; null for files that were named. */
  readonly folder: string | null;
  readonly files: readonly { readonly path: string; readonly shown: string }[];
}

/**
 * What is named, and what lies below the folders that are: each folder that holds files with the ending of a sound file is a
 * group, in the order of the paths' bytes; named files come first, as one. A name that is no file is left to whoever opens
 * it. Throws `UsageError` when there is no such file below a folder.
 */
export async function listAudioFiles(
  given: readonly string[],
  options: {
    readonly resolvePath: (path: string) => string;
    readonly reporter: Reporter;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<AudioGroup[]> {
  const named: { path: string; shown: string }[] = [];
  const groups: AudioGroup[] = [];
  for (const shown of given) {
    const path = options.resolvePath(shown);
    if (await isFolder(path)) groups.push(...(await groupsBelow(path, shown, options)));
    else named.push({ path, shown });
  }
  return named.length === 0 ? groups : [{ folder: null, files: named }, ...groups];
}

async function groupsBelow(
  root: string,
  shown: string,
  { reporter, signal }: { readonly reporter: Reporter; readonly signal?: AbortSignal | undefined },
): Promise<AudioGroup[]> {
  const names: string[] = [];
  for await (const entry of walkFolder({ root, signal })) {
    const name = entry.path.toString("utf8");
    const isFolder = entry.kind === "refused" && entry.reason === "unreadable-folder";
    if (!SOUND.test(name) && !isFolder) continue;
    if (entry.kind === "refused") reporter.warn(`"${join(shown, name)}" is left out: ${entry.detail}`);
    else if (!Buffer.from(name).equals(entry.path))
      reporter.warn(`"${join(shown, name)}" is left out: its name is not UTF-8`);
    else names.push(name);
  }
  if (names.length === 0) {
    throw new UsageError(`there is no sound file below "${shown}"`, {
      hint: "give files by name when they have other endings than ogg, opus, flac, mp3, m4a and wav",
    });
  }
  const folders = new Map<string, string[]>();
  for (const name of names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf("/")));
    const files = folders.get(folder);
    if (files) files.push(name);
    else folders.set(folder, [name]);
  }
  return [...folders].map(([folder, files]) => ({
    folder: join(shown, folder),
    files: files.map((name) => ({ path: join(root, name), shown: join(shown, name) })),
  }));
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
