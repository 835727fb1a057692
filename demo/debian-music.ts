import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

/** Freely licensed music that Debian packages: the first of each line that the machine's package lists have. */
const PACKAGES: readonly (readonly string[])[] = [
  ["wesnoth-1.16-music", "wesnoth-1.18-music"],
  ["singularity-music"],
];

/** Signals of a few seconds: what is left are the tracks of 30 seconds and more. */
const JINGLES: ReadonlySet<string> = new Set([
  "defeat.ogg",
  "defeat2.ogg",
  "elf-land.ogg",
  "silence.ogg",
  "victory.ogg",
  "victory2.ogg",
]);

export type FoundMusic =
  | { readonly ok: true; readonly folders: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Downloads and unpacks the packages below `cache`, once. No root is needed where apt has package lists; where it has
 * none, root gets them.
 */
export function getDebianMusic(cache: string, say: (line: string) => void): FoundMusic {
  if (!runs("apt-get", ["--version"]) || !runs("dpkg-deb", ["--version"])) {
    return { ok: false, reason: "this machine has no apt-get and dpkg-deb" };
  }
  const folders: string[] = [];
  for (const names of PACKAGES) {
    const folder = names.map((name) => join(cache, "music", name)).find((path) => existsSync(path));
    const got = folder ?? fetchFirst(names, cache, say);
    if (got === null) {
      const advice = process.getuid?.() === 0 ? "is there a network?" : "try: sudo apt-get update";
      return { ok: false, reason: `apt-get could not download ${names[0]}; ${advice}` };
    }
    folders.push(got);
  }
  return { ok: true, folders };
}

function fetchFirst(names: readonly string[], cache: string, say: (line: string) => void): string | null {
  const packages = join(cache, "packages");
  mkdirSync(packages, { recursive: true });
  for (const canUpdate of [false, true]) {
    if (canUpdate && (process.getuid?.() !== 0 || !runs("apt-get", ["update", "--quiet"]))) return null;
    for (const name of names) {
      say(`downloading ${name}`);
      const file = cachedPackage(packages, name) ?? download(packages, name);
      if (file !== null) return unpack(file, join(cache, "music", name));
    }
  }
  return null;
}

function download(folder: string, name: string): string | null {
  return runs("apt-get", ["download", "--quiet", name], folder) ? cachedPackage(folder, name) : null;
}

function cachedPackage(folder: string, name: string): string | null {
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
  return file === undefined ? null : join(folder, file);
}

/** Unpacked beside and renamed, so that a folder that is there is a whole one. */
function unpack(packageFile: string, folder: string): string | null {
  mkdirSync(join(folder, ".."), { recursive: true });
  const temporary = mkdtempSync(join(folder, "..", ".tmp-"));
  if (!runs("dpkg-deb", ["--extract", packageFile, temporary])) {
    // A download that was cut off: the next try fetches it anew.
    rmSync(packageFile, { force: true });
    rmSync(temporary, { recursive: true, force: true });
    return null;
  }
  for (const name of readdirSync(temporary, { recursive: true, encoding: "utf8" })) {
    if (JINGLES.has(basename(name))) rmSync(join(temporary, name));
  }
  renameSync(temporary, folder);
  return folder;
}

function runs(program: string, args: readonly string[], workingFolder?: string): boolean {
  return spawnSync(program, args, { cwd: workingFolder, stdio: "ignore" }).status === 0;
}
