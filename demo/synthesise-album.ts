import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { makeTestAlbum } from "../test/fixtures/audio.ts";

// Runs in a process of its own: it encodes with native code. Arguments: the folder to make.
// Large enough that half of it is several pieces of a torrent: the budget counts whole ones.
const CODECS = ["vorbis", "mp3", "vorbis", "opus", "vorbis", "aac"] as const;
const TRACKS = 15;
const SECONDS = 75;
const MOST_PLAYS = 20_000;

const folder = process.argv[2] ?? "";
const temporary = `${folder}.tmp`;
rmSync(temporary, { recursive: true, force: true });
mkdirSync(temporary, { recursive: true });
const codecs = Array.from({ length: TRACKS }, (_, index) => CODECS[index % CODECS.length] ?? "vorbis");
const tracks = makeTestAlbum(temporary, { codecs, seconds: SECONDS });
// Each is played a quarter as often as the one before it, and the last ones never.
const lines = tracks.map(
  ({ path }, index) => `${relative(temporary, path)},${Math.floor(MOST_PLAYS / 4 ** index)}`,
);
writeFileSync(
  `${folder}-play-counts.csv`,
  ["# Invented for the demo: nobody counted these plays.", "path,plays", ...lines, ""].join("\n"),
);
renameSync(temporary, folder);
