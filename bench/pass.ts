/**
 * What the pass over one file costs inside one process, by what is asked of it, in CPU seconds: hashes, gate, decode,
 * loudness and fingerprint alone; with all features; with the access copy; with both; with the copy's quality receipt too; and
 * features with the share of speech. Beside it, `oggdec | opusenc` over the same files.
 *
 *   npx tsx bench/pass.ts --music FOLDER [--tracks 6] [--runs 1] [--only plain,features,opus,all,receipt,speech,pipe]
 *
 * The passes take turns file by file, so that a change in the machine's speed touches all alike; of several runs the median
 * and the least are printed. For a profile: node --import tsx --cpu-prof bench/pass.ts --music FOLDER --only features
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { processAudioFile } from "../src/audio/process-audio-file.ts";
import type { AudioWant } from "../src/audio/types.ts";
import { defaultPolicy } from "../src/core/policy.ts";
import { measure, median } from "./measure.ts";
import { requireTools } from "./tools.ts";

const { values } = parseArgs({
  options: {
    music: { type: "string", default: "." },
    tracks: { type: "string", default: "6" },
    runs: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const music = resolve(values.music);
const files = readdirSync(music)
  .filter((name) => name.endsWith(".ogg"))
  .sort()
  .slice(0, Number(values.tracks))
  .map((name) => join(music, name));
const accessCopy = { bitrateKbps: 75, complexity: 10, receipt: false, tags: [], provenance: [] };
const passes: Readonly<Record<string, Pick<AudioWant, "accessCopy" | "features" | "extras">>> = {
  plain: { accessCopy: null, features: false },
  features: { accessCopy: null, features: true },
  opus: { accessCopy, features: false },
  all: { accessCopy, features: true },
  receipt: { accessCopy: { ...accessCopy, receipt: true }, features: true },
  speech: { accessCopy: null, features: true, extras: ["speech"] },
};
const wanted = values.only?.split(",") ?? [...Object.keys(passes), "pipe"];
if (wanted.includes("pipe")) requireTools({ oggdec: "vorbis-tools", opusenc: "opus-tools" });
const spoolDir = mkdtempSync(join(tmpdir(), "deadwax-bench-"));
const costs = new Map(wanted.map((name) => [name, new Array<number>(Number(values.runs)).fill(0)]));
let audioSeconds = 0;
for (let turn = 0; turn < Number(values.runs); turn += 1) {
  for (const path of files) {
    for (const [name, cpuSeconds] of costs) {
      cpuSeconds[turn] = (cpuSeconds[turn] ?? 0) + (await (name === "pipe" ? pipe(path) : own(name, path)));
    }
  }
}
rmSync(spoolDir, { recursive: true });
audioSeconds /= Number(values.runs) * wanted.filter((name) => name !== "pipe").length || 1;
process.stdout.write(
  `${files.length} files, ${audioSeconds.toFixed(0)} s of audio, ${values.runs} runs, node ${process.version}, ` +
    `peak ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB\n` +
    `${"".padEnd(10)}${"CPU s, median".padStart(15)}${"least".padStart(8)}${"x real time".padStart(13)}\n`,
);
for (const [name, cpuSeconds] of costs) {
  const middle = median(cpuSeconds);
  process.stdout.write(
    `${name.padEnd(10)}${middle.toFixed(2).padStart(15)}${Math.min(...cpuSeconds)
      .toFixed(2)
      .padStart(8)}${(audioSeconds / middle).toFixed(0).padStart(13)}\n`,
  );
}

async function own(name: string, path: string): Promise<number> {
  const want = passes[name];
  if (want === undefined) throw new Error(`no pass is called "${name}"`);
  const before = process.cpuUsage();
  audioSeconds += await run(path, want);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function pipe(path: string): Promise<number> {
  const script = `oggdec -Q -o - "$1" | opusenc --quiet --bitrate 75 --cvbr - "$2"`;
  const args = ["-eo", "pipefail", "-c", script, "bench", path, join(spoolDir, "pipe.opus")];
  return (await measure("bash", args)).cpuSeconds;
}

async function run(path: string, want: (typeof passes)[string]): Promise<number> {
  const outcome = await processAudioFile({
    jobId: "bench",
    source: {
      root: dirname(path),
      path: path.slice(dirname(path).length + 1),
      pathB64: null,
      member: null,
      memberB64: null,
    },
    limits: defaultPolicy().intake,
    spoolDir,
    want: { keepOriginal: false, truePeak: false, ...want },
    expected: { sizeBytes: 0, durationMs: null },
  });
  if (!outcome.ok) throw new Error(`${path}: ${outcome.detail}`);
  return outcome.durationMs / 1000;
}
