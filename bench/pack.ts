/**
 * What it costs to pack a set of Ogg Vorbis files as access copies (integrity gate, SHA-256, payload hash, loudness,
 * fingerprint, all features, Opus at 75 kbps, shard, index, torrent hashes), beside
 *   - `oggdec | opusenc` alone, file by file, and
 *   - ffprobe, then oggdec | opusenc, then fpcalc, then loudgain, file by file.
 *
 *   npx tsx bench/pack.ts --music FOLDER [--runs 3] [--tracks 6] [--hours 5] [--only alone,1] [--speech]
 *
 * `--tracks N` takes the first N files only: 6 are done in three minutes, with one run.
 * `--only` takes some of the five only: alone, 1, 2, core, tools. `--speech` has the share of speech measured too.
 * `--hours N` packs one file of that length as well (made from the set, kept in work/bench), for its memory; with
 * `--runs 0` nothing else is run.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Cost, measure, medianCost } from "./measure.ts";
import { requireTools } from "./tools.ts";

const { values } = parseArgs({
  options: {
    music: { type: "string" },
    runs: { type: "string", default: "3" },
    tracks: { type: "string" },
    hours: { type: "string" },
    only: { type: "string", default: "alone,1,2,core,tools" },
    speech: { type: "boolean", default: false },
  },
});
if (values.music === undefined) {
  process.stderr.write(
    "say where the music is: npx tsx bench/pack.ts --music FOLDER (the demo leaves some in work/)\n",
  );
  process.exit(2);
}
requireTools({
  oggdec: "vorbis-tools",
  opusenc: "opus-tools",
  fpcalc: "libchromaprint-tools",
  loudgain: "loudgain",
  ffprobe: "ffmpeg",
});

const OPUSENC = `oggdec -Q -o - "$f" | opusenc --quiet --bitrate 75 --cvbr - bench.opus`;
const SEPARATE_TOOLS = [
  `ffprobe -v error -show_format -show_streams "$f" > /dev/null`,
  OPUSENC,
  // Debian's fpcalc ends with 3 for a file shorter than the asked length, although its fingerprint is right.
  `{ fpcalc -raw -length 100000 "$f" > /dev/null || [ $? = 3 ]; }`,
  `loudgain -q -k "$f" > /dev/null`,
].join("; ");
const DEADWAX = resolve("dist/cli/main.js");
const WORK = resolve("work/bench");
mkdirSync(WORK, { recursive: true });
const runs = Number(values.runs);
const music =
  values.tracks === undefined ? resolve(values.music) : someOf(resolve(values.music), Number(values.tracks));
const files = oggFiles(music);
const audioSeconds = files.reduce((sum, file) => sum + secondsOf(file), 0);

process.stdout.write(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, node ${process.version}\n` +
    `${files.length} files, ${audioSeconds.toFixed(0)} s of audio, medians of ${runs} runs\n\n` +
    `${"".padEnd(52)}${"CPU s".padStart(9)}${"wall s".padStart(9)}${"xRT/core".padStart(10)}${"peak MB".padStart(9)}\n`,
);

// The runs of the rivals stand between ours, so that a change in the machine's speed touches all alike.
const costs = new Map<string, Cost[]>();
const wanted = new Set(values.only.split(","));
for (let run = 0; run < runs; run += 1) {
  await note("alone", "oggdec | opusenc --bitrate 75 --cvbr, alone", () => script(OPUSENC));
  await note("1", "Deadwax pack, 1 worker", () => pack(music, 1));
  await note("2", "Deadwax pack, 2 workers", () => pack(music, 2));
  await note("core", "Deadwax pack, 1 worker, all on one core", () => pack(music, 1, ["taskset", "-c", "0"]));
  await note("tools", "ffprobe; oggdec | opusenc; fpcalc; loudgain", () => script(SEPARATE_TOOLS));
}
for (const [label, list] of costs) print(label, medianCost(list), audioSeconds);
if (values.hours !== undefined) {
  const long = longFile(Number(values.hours));
  // One file is one job: a second worker would have nothing to do.
  print(`Deadwax pack, one file of ${values.hours} h, 1 worker`, await pack(long, 1), secondsOf(long));
}

async function note(name: string, label: string, run: () => Promise<Cost>): Promise<void> {
  if (!wanted.has(name)) return;
  const list = costs.get(label) ?? [];
  list.push(await run());
  costs.set(label, list);
}

function print(label: string, cost: Cost, seconds: number): void {
  const xRealTime = seconds / cost.cpuSeconds;
  process.stdout.write(
    `${label.padEnd(52)}${cost.cpuSeconds.toFixed(1).padStart(9)}${cost.wallSeconds.toFixed(1).padStart(9)}` +
      `${xRealTime.toFixed(0).padStart(10)}${(cost.peakTreeBytes / 1e6).toFixed(0).padStart(9)}\n`,
  );
}

/** Times `deadwax pack` alone: the steps before it are done outside the clock, in a new archive. */
async function pack(source: string, workers: number, under: readonly string[] = []): Promise<Cost> {
  const archive = join(WORK, "archive");
  rmSync(archive, { recursive: true, force: true });
  const policy = join(WORK, "policy.json");
  const { speech } = values;
  writeFileSync(
    policy,
    JSON.stringify({ selection: { unknownPopularity: "access-copy" }, measure: { speech } }),
  );
  for (const args of [
    ["init", archive],
    ["--archive", archive, "source", "add", "audio", source],
    ["--archive", archive, "catalogue", "build"],
    ["--archive", archive, "rights", "build"],
    ["--archive", archive, "plan", "--policy", policy],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [DEADWAX, "--quiet", ...args]);
    if (status !== 0) throw new Error(`deadwax ${args.join(" ")} ended with ${status}: ${stderr.toString()}`);
  }
  const args = ["--quiet", "--archive", archive, "--workers", String(workers), "pack"];
  const [command = process.execPath, ...rest] = [...under, process.execPath, DEADWAX, ...args];
  return measure(command, rest);
}

/** Runs a shell loop over the files: one process per tool and file, as these tools are used. */
async function script(body: string): Promise<Cost> {
  const list = join(WORK, "files.txt");
  writeFileSync(list, files.map((file) => `${file}\n`).join(""));
  return measure("bash", [
    "-c",
    `set -eo pipefail; cd "$1"; while IFS= read -r f; do ${body}; done < "$2"`,
    "bench",
    WORK,
    list,
  ]);
}

function oggFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ogg"))
    .map((name) => join(folder, name))
    .sort();
}

/** A folder with copies of the first files of another one. */
function someOf(folder: string, count: number): string {
  const chosen = join(WORK, "music");
  rmSync(chosen, { recursive: true, force: true });
  mkdirSync(chosen);
  for (const file of oggFiles(folder).slice(0, count)) copyFileSync(file, join(chosen, basename(file)));
  return chosen;
}

function secondsOf(file: string): number {
  const path = statSync(file).isDirectory() ? firstFile(file) : file;
  const args = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path];
  return Number(spawnSync("ffprobe", args).stdout.toString());
}

function firstFile(folder: string): string {
  return join(folder, readdirSync(folder)[0] ?? "");
}

/** A folder with one FLAC file of so many hours, made from the set over and over. */
function longFile(hours: number): string {
  const folder = join(WORK, `long-${hours}h`);
  const path = join(folder, "long.flac");
  if (existsSync(path)) return folder;
  mkdirSync(folder, { recursive: true });
  const list = join(WORK, "files.txt");
  writeFileSync(list, files.map((file) => `${file}\n`).join(""));
  const decode = `while :; do while IFS= read -r f; do oggdec -Q -R -o - "$f" || exit; done < "$1"; done`;
  const encode = `ffmpeg -v error -f s16le -ar 44100 -ac 2 -i - -c:a flac -compression_level 0 -f flac "$3.part"`;
  const sizeBytes = String(hours * 3600 * 44_100 * 4);
  const script = `{ ${decode}; } 2> /dev/null | head -c "$2" | ${encode} && mv "$3.part" "$3"`;
  spawnSync("bash", ["-c", script, "bench", list, sizeBytes, path], { stdio: "inherit" });
  return folder;
}
