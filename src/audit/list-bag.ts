import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../core/errors.ts";
import { fileKind } from "../release/read-regular-file.ts";

export interface BagListing {
  /** Size in bytes of each plain file by its path in the bag, `/` between names. */
  readonly files: ReadonlyMap<string, number>;
  /** Entries that are neither file nor folder, with what they are. */
  readonly irregular: ReadonlyMap<string, string>;
  /** True when there is more than anybody's bag has; what was found until then is listed. */
  readonly isCutShort: boolean;
}

const MAX_ENTRIES = 400_000;
const MAX_DEPTH = 16;

/** Lists a bag without following anything and without opening a file. */
export async function listBag(bag: string): Promise<BagListing> {
  const files = new Map<string, number>();
  const irregular = new Map<string, string>();
  let entries = 0;
  let isCutShort = false;
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: "", depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of await opendir(join(bag, folder.path))) {
        entries += 1;
        if (entries > MAX_ENTRIES) return { files, irregular, isCutShort: true };
        const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
        // lstat, not the kind that the listing gives: some file systems do not tell it.
        const status = await lstat(join(bag, path));
        if (status.isFile()) files.set(path, status.size);
        else if (!status.isDirectory()) irregular.set(path, fileKind(status));
        else if (folder.depth < MAX_DEPTH) folders.push({ path, depth: folder.depth + 1 });
        else isCutShort = true;
      }
    } catch (error) {
      irregular.set(folder.path, `cannot be listed (${systemErrorCode(error) ?? "unknown error"})`);
    }
  }
  return { files, irregular, isCutShort };
}
