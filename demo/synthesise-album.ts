import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { makeTestAlbum } from "../test/fixtures/audio.ts";

// Runs in a process of its own: it encodes with native code. Arguments: the folder to make.
const CODECS = ["vorbis", "flac", "mp3", "opus", "aac", "vorbis", "flac"] as const;
const SECONDS = 45;

const folder = process.argv[2] ?? "";
const temporary = `${folder}.tmp`;
rmSync(temporary, { recursive: true, force: true });
mkdirSync(temporary, { recursive: true });
const album = makeTestAlbum(temporary, { codecs: CODECS, seconds: SECONDS });
// The last tracks have no plays, so that the budget has something to leave out.
const lines = album.map(
  ({ path }, index) => `${path.slice(temporary.length + 1)},${index < 4 ? 900 >> index : 0}`,
);
writeFileSync(
  `${folder}-play-counts.csv`,
  ["# Invented for the demo: nobody counted these plays.", "path,plays", ...lines, ""].join("\n"),
);
renameSync(temporary, folder);
