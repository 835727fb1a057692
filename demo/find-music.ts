import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getDebianMusic } from "./debian-music.ts";

export interface DemoMusic {
  readonly folders: readonly string[];
  /** Invented play counts that fit the music, or null for music of one's own. */
  readonly playsFile: string | null;
  readonly origin: string;
  readonly files: number;
  readonly sizeBytes: number;
}

const AUDIO = /\.(ogg|oga|opus|flac|mp3|m4a|wav|zip|pk3)$/i;
/** The packages' files are matched to these counts by their names. */
const DEBIAN_PLAYS = join(import.meta.dirname, "play-counts.csv");

/** One's own folders, else Debian's music, else a synthesised album; says which. */
export function findMusic(
  ownFolders: readonly string[],
  cache: string,
  say: (line: string) => void,
): DemoMusic {
  if (ownFolders.length > 0) return measured(ownFolders, null, "your own");
  const debian = getDebianMusic(cache, say);
  if (debian.ok) return measured(debian.folders, DEBIAN_PLAYS, "freely licensed, from Debian packages");
  say(`no Debian music: ${debian.reason}`);
  say("a small album is synthesised instead: tones, not music");
  const folder = join(cache, "synthesised-album");
  const playsFile = `${folder}-play-counts.csv`;
  if (!existsSync(folder) || !existsSync(playsFile)) synthesise(folder);
  return measured([folder], playsFile, "synthesised tones");
}

function synthesise(folder: string): void {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const program = join(import.meta.dirname, "synthesise-album.ts");
  const { status } = spawnSync(process.execPath, ["--import", loader, program, folder], { stdio: "inherit" });
  if (status !== 0) throw new Error("the album could not be synthesised");
}

function measured(folders: readonly string[], playsFile: string | null, origin: string): DemoMusic {
  const sizes = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => AUDIO.test(name))
      .map((name) => statSync(join(folder, name)).size),
  );
  return {
    folders,
    playsFile,
    origin,
    files: sizes.length,
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
