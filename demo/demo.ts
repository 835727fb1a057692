import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { choosePainter } from "../src/cli/report/style.ts";
import { formatDuration, formatSize } from "../src/core/sizes.ts";
import { chooseOriginal } from "./choose-track.ts";
import { findMusic } from "./find-music.ts";
import { askDeadwax, shorter, showDeadwax } from "./run-deadwax.ts";
import { sameBytes } from "./same-bytes.ts";

const HELP = `npm run demo -- [--music FOLDER]... [--out FOLDER] [--fresh]

  --music FOLDER  preserve music of your own instead of Debian's (may be given several times)
  --out FOLDER    where the archive is made (default: work/demo/out)
  --fresh         remove what an earlier demo made there, and start again
`;

const CACHE = resolve(import.meta.dirname, "..", "work", "demo");
/** Half of what the music takes: room for some originals and some access copies, and not for all of it. */
const BUDGET_SHARE = 0.5;
/** Done, but some files were damaged: that can be with one's own music. */
const SOME_ITEMS_FAILED = 3;

const { values: options } = parseArgs({
  options: {
    music: { type: "string", multiple: true, default: [] },
    out: { type: "string", default: join(CACHE, "out") },
    fresh: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const paint = choosePainter({
  isTerminal: process.stdout.isTTY === true,
  wanted: true,
  environment: process.env,
});
const startedMs = performance.now();
const archive = join(resolve(options.out), "archive");
if (options.fresh && existsSync(join(archive, "deadwax.json"))) rmSync(archive, { recursive: true });

heading("the music");
const music = findMusic(
  options.music.map((folder) => resolve(folder)),
  CACHE,
  (line) => console.log(line),
);
for (const folder of music.folders) console.log(shorter(folder));
console.log(`${music.files} files, ${formatSize(music.sizeBytes)}: ${music.origin}`);
if (music.playsFile) console.log(`${shorter(music.playsFile)}: play counts, invented for this demo`);

heading("one command, from a folder of music to a verified release");
const budget = `${Math.max(1, Math.round((music.sizeBytes * BUDGET_SHARE) / 1e6))}MB`;
const plays = music.playsFile === null ? [] : ["--plays", music.playsFile];
run(["preserve", ...music.folders, "--into", archive, "--budget", budget, ...plays, "--yes"]);

heading("a stranger checks the release, with nothing but the release");
console.log("signature, bag, torrents and hashes; every track was decoded a moment ago");
const bag = latestBag();
run(["release", "verify", bag, "--no-decode"]);

heading("one track comes out again, and is compared with the file that went in");
const track = await chooseOriginal(archive);
const extracted = join(resolve(options.out), "extracted", `${track.trackId}${extname(track.sourceFile)}`);
mkdirSync(join(extracted, ".."), { recursive: true });
run(["extract", track.trackId, "--from", bag, "--output", extracted, "--force"]);
const sizeBytes = await sameBytes(extracted, track.sourceFile);
if (sizeBytes === null) {
  console.error(paint("red", `"${extracted}" is not "${track.sourceFile}"`));
  process.exit(1);
}
console.log(paint("green", `the same ${sizeBytes} bytes as ${shorter(track.sourceFile)}`));

heading("where things are");
const places = [
  ["archive", archive],
  ["release", bag],
  ["torrent", `${bag}.torrent`],
  ["track", extracted],
] as const;
for (const [name, path] of places) console.log(`${name.padEnd(9)}${shorter(path)}`);
console.log(`
Try next:
  tar -tf ${shorter(join(bag, "data", readdirSync(join(bag, "data"))[0] ?? ""))}
  node dist/cli/main.js --archive ${shorter(archive)} status
  node dist/cli/main.js --archive ${shorter(archive)} catalogue find ${track.title.split(" ")[0]}
  node dist/cli/main.js --archive ${shorter(archive)} rights show ${track.trackId}
  node dist/cli/main.js --archive ${shorter(archive)} swarm seed --host 127.0.0.1 --http-port 8080
`);
console.log(paint("green", `all done in ${formatDuration(performance.now() - startedMs)}`));

function heading(text: string): void {
  console.log(`\n${paint("cyan", "──")} ${paint("bold", text)}`);
}

function run(words: readonly string[]): void {
  const exitCode = showDeadwax(words, (line) => paint("magenta", line));
  if (exitCode === 0 || exitCode === SOME_ITEMS_FAILED) return;
  console.error(paint("red", `that ended with exit code ${exitCode}`));
  process.exit(exitCode);
}

/** The folder of the newest release of the archive. */
function latestBag(): string {
  const releases = askDeadwax(["--archive", archive, "release", "list"]).filter(
    ({ type }) => type === "release",
  );
  const latest = z.object({ folder: z.string() }).safeParse(releases.at(-1));
  if (latest.success) return latest.data.folder;
  console.error("nothing may be released of this music: see deadwax rights report");
  process.exit(1);
}
