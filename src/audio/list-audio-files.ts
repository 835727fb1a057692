import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Reporter, UsageError } from "../core/index.ts";
import { type WalkEntry, walkFolder } from "../sources/files/walk.ts";

const SOUND = /\.(ogg|oga|opus|flac|mp3|m4a|m4b|wav|wave)$/i;

/** Files that belong together: those of one folder, or those that were named one by one. */
export interface AudioGroup {
  /** As it was given, with what is below it; null for files that were named. */
  readonly folder: string | null;
  readonly files: readonly { readonly path: string; readonly shown: string }[];
}

export interface ListedAudio {
  readonly groups: readonly AudioGroup[];
  /** What lies below the folders and is not listed, though it may be sound: each was told as a warning. */
  readonly leftOut: number;
}

interface ListOptions {
  readonly resolvePath: (path: string) => string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What is named, and what lies below the folders that are: each folder that holds files with the ending of a sound file is a
 * group, in the order of the paths' bytes; named files come first, as one. A name that is no file is left to whoever opens
 * it. Throws `UsageError` when there is no such file below a folder.
 */
export async function listAudioFiles(given: readonly string[], options: ListOptions): Promise<ListedAudio> {
  const named: { path: string; shown: string }[] = [];
  const groups: AudioGroup[] = [];
  let leftOut = 0;
  for (const shown of given) {
    const path = options.resolvePath(shown);
    if (await isFolder(path)) {
      const below = await listBelow(await realpath(path), shown, options);
      groups.push(...below.groups);
      leftOut += below.leftOut;
    } else named.push({ path, shown });
  }
  return { groups: named.length === 0 ? groups : [{ folder: null, files: named }, ...groups], leftOut };
}

async function listBelow(
  root: string,
  shown: string,
  { reporter, signal }: Pick<ListOptions, "reporter" | "signal">,
): Promise<ListedAudio> {
  const names: string[] = [];
  let leftOut = 0;
  for await (const entry of walkFolder({ root, signal })) {
    const name = entry.path.toString("utf8");
    const reason = await whyLeftOut(entry, join(root, name));
    if (reason !== null) {
      reporter.warn(`"${join(shown, name)}" is left out: ${reason}`);
      leftOut += 1;
    } else if (entry.kind === "file" && SOUND.test(name)) names.push(name);
  }
  if (names.length === 0 && leftOut === 0) {
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
  const groups = [...folders].map(([folder, files]) => ({
    folder: join(shown, folder),
    files: files.map((name) => ({ path: join(root, name), shown: join(shown, name) })),
  }));
  return { groups, leftOut };
}

/** What these lead to is listed under its own name. */
const SEEN_ELSEWHERE: ReadonlySet<string> = new Set(["link-duplicate", "folder-link", "folder-seen-already"]);

/** Null for what is listed, here or elsewhere, and for what is no sound. */
async function whyLeftOut(entry: WalkEntry, path: string): Promise<string | null> {
  const name = entry.path.toString("utf8");
  if (entry.kind === "file") {
    return SOUND.test(name) && !Buffer.from(name).equals(entry.path) ? "its name is not UTF-8" : null;
  }
  if (SEEN_ELSEWHERE.has(entry.reason)) return null;
  const isLeftOut = SOUND.test(name) || entry.reason === "unreadable-folder" || (await isFolder(path));
  return isLeftOut ? entry.detail : null;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
