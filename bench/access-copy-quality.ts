/**
 * Whether the receipt of access copies orders bit rates as it must (more is better, on every piece), and what it costs.
 *
 *   npx tsx bench/access-copy-quality.ts --music FOLDER [--tracks 8] [--first 0]
 */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { AudioSuccess } from "../src/audio/index.ts";
import { processAudioFile } from "../src/audio/process-audio-file.ts";
import { QualityMeter } from "../src/audio/quality/quality-meter.ts";
import { defaultPolicy } from "../src/core/index.ts";
import { median } from "./measure.ts";

const BIT_RATES_KBPS = [24, 48, 75, 128, 160];
const COST_RUNS = 3;
const WINDOW_RUNS = 50;

const { values } = parseArgs({
  options: {
    music: { type: "string" },
    tracks: { type: "string", default: "8" },
    first: { type: "string", default: "0" },
  },
});
if (values.music === undefined)
  throw new Error("--music FOLDER: a folder of .ogg, .flac, .wav, .mp3 or .m4a files");
const music = resolve(values.music);
const files = readdirSync(music)
  .filter((name) => /\.(ogg|opus|flac|wav|mp3|m4a)$/i.test(name))
  .sort()
  .slice(Number(values.first), Number(values.first) + Number(values.tracks))
  .map((name) => join(music, name));
const spoolDir = resolve("work/bench/access-copy-quality");
mkdirSync(spoolDir, { recursive: true });

async function encode(path: string, bitrateKbps: number, receipt: boolean): Promise<AudioSuccess> {
  const outcome = await processAudioFile({
    jobId: "bench",
    source: { root: dirname(path), path: basename(path), pathB64: null, member: null, memberB64: null },
    limits: defaultPolicy().intake,
    spoolDir,
    want: {
      accessCopy: { bitrateKbps, complexity: 10, receipt, tags: [], provenance: [] },
      keepOriginal: false,
      truePeak: false,
      features: false,
    },
    expected: { sizeBytes: 0, durationMs: null },
  });
  if (!outcome.ok) throw new Error(`${path}: ${outcome.reason} ${outcome.detail}`);
  return outcome;
}

function cpuSeconds(before: NodeJS.CpuUsage): number {
  const { system, user } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const cell = (text: string): string => text.padStart(10);
process.stdout.write(`noise to mask in dB (loudness difference in LU)\n${"kbps".padEnd(28)}`);
process.stdout.write(`${BIT_RATES_KBPS.map((kbps) => cell(String(kbps))).join("")}\n`);
let ordered = 0;
let largestDifferenceLu = 0;
for (const path of files) {
  const scores: number[] = [];
  const differences: number[] = [];
  for (const kbps of BIT_RATES_KBPS) {
    const receipt = (await encode(path, kbps, true)).accessCopy?.receipt;
    scores.push(receipt?.noiseToMaskDb ?? Number.NaN);
    differences.push(receipt?.loudnessDifferenceLu ?? Number.NaN);
  }
  const isOrdered = scores.every((score, index) => index === 0 || score < (scores[index - 1] ?? -Infinity));
  if (isOrdered) ordered += 1;
  largestDifferenceLu = Math.max(largestDifferenceLu, ...differences.map(Math.abs));
  process.stdout.write(`${basename(path).slice(0, 27).padEnd(28)}`);
  process.stdout.write(
    `${scores.map((score) => cell(score.toFixed(2))).join("")}${isOrdered ? "" : "  NOT ORDERED"}\n`,
  );
  process.stdout.write(`${"".padEnd(28)}${differences.map((lu) => cell(`(${lu.toFixed(2)})`)).join("")}\n`);
}
process.stdout.write(
  `${ordered} of ${files.length} pieces ordered; largest loudness difference ${largestDifferenceLu.toFixed(2)} LU\n`,
);

const [probe] = files;
if (probe === undefined) throw new Error("no music there");
const costs: Record<"with" | "without", number[]> = { with: [], without: [] };
let probeSeconds = 0;
for (let run = 0; run < COST_RUNS; run++) {
  for (const kind of ["with", "without"] as const) {
    const before = process.cpuUsage();
    probeSeconds = (await encode(probe, 75, kind === "with")).durationMs / 1000;
    costs[kind].push(cpuSeconds(before));
  }
}
// A run differs from the next by more than the receipt costs, so that is also timed for itself.
const meter = new QualityMeter();
const noise = Float32Array.from({ length: 48_000 }, (_, at) => Math.sin(at * at * 1e-5) / 4);
for (let run = 0; run < WINDOW_RUNS; run++) meter.compare(noise, noise);
const before = process.cpuUsage();
for (let run = 0; run < WINDOW_RUNS; run++) meter.compare(noise, noise);
const windowSeconds = cpuSeconds(before) / WINDOW_RUNS;
const [withReceipt, without] = [median(costs.with), median(costs.without)];
process.stdout.write(
  `decode, loudness, fingerprint and Opus of ${basename(probe)} (${probeSeconds.toFixed(0)} s): ${without.toFixed(2)} CPU s, with the receipt ` +
    `${withReceipt.toFixed(2)}, medians of ${COST_RUNS}; one window compared ${(windowSeconds * 1000).toFixed(1)} ms, that is ` +
    `${((windowSeconds / 45 / (without / probeSeconds)) * 100).toFixed(1)} % of the pass, decoding the window apart; ` +
    `peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`,
);
rmSync(spoolDir, { recursive: true });
