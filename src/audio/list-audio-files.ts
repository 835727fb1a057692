import { realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Reporter, UsageError, utf8Order } from "../core/index.ts";
import { type WalkEntry, walkFolder } from "../sources/files/walk.ts";

const SOUND = /\.(ogg|oga|opus|flac|mp2|mp3|m4a|m4b|wav|wave)$/i;

interface ListedFile {
  readonly path: string;
  /** As it was given, with what is below it. */
  readonly shown: string;
}

/** Files that belong together: those of one folder or of the discs of one album, or those that were named one by one. */
export interface AudioGroup {
  /** As it was given, with what is below it; null for files that were named. */
  readonly folder: string | null;
  readonly files: readonly ListedFile[];
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
 * group, in the order of the paths' bytes; named files come first, as one. What lies below two of the folders is listed
 * once. A name that is no file is left to whoever opens it. Throws `UsageError` when there is no such file below a folder.
 */
export async function listAudioFiles(given: readonly string[], options: ListOptions): Promise<ListedAudio> {
  const named: ListedFile[] = [];
  const albums = new Map<string, ListedFile[]>();
  const found = new Set<string>();
  let leftOut = 0;
  for (const shown of given) {
    const path = options.resolvePath(shown);
    if (await isFolder(path)) {
      const below = await listBelow(await realpath(path), shown, options);
      leftOut += below.leftOut;
      for (const file of below.files) {
        if (found.has(file.path)) continue;
        found.add(file.path);
        const key = albumFolder(dirname(file.path));
        const album = albums.get(key);
        if (album) album.push(file);
        else albums.set(key, [file]);
      }
    } else named.push({ path, shown });
  }
  const groups = [...albums.values()].map((files) => ({ folder: shownFolder(files), files }));
  return { groups: named.length === 0 ? groups : [{ folder: null, files: named }, ...groups], leftOut };
}

/** The discs of one album may stand in folders of their own. The same rule as the catalogue's, for albums without an artist. */
function albumFolder(folder: string): string {
  return folder.replace(/(^|\/)(?:cd|dis[ck])[ _.-]*[0-9]{1,2}$/i, "");
}

function shownFolder(files: readonly ListedFile[]): string {
  const [folder = "", ...others] = new Set(files.map(({ shown }) => dirname(shown)));
  return others.length === 0 ? folder : albumFolder(folder) || ".";
}

async function listBelow(
  root: string,
  shown: string,
  { reporter, signal }: Pick<ListOptions, "reporter" | "signal">,
): Promise<{ readonly files: readonly ListedFile[]; readonly leftOut: number }> {
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
  names.sort(utf8Order);
  return { files: names.map((name) => ({ path: join(root, name), shown: join(shown, name) })), leftOut };
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
