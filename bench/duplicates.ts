/**
 * Finding the same recording among N fingerprints: recall, false pairs, rates and memory.
 *
 *   npx tsx bench/duplicates.ts --music FOLDER [--count 1000000] [--bit-error 0.10] [--cache work/bench/fingerprints.jsonl]
 *
 * Fingerprints are made from those of the real files in FOLDER: three stretches of different tracks joined, with
 * Chromaprint's sixteen two-bit classifiers in another order in each, 600 to 1,400 words. One in ten is then a copy of one
 * that is there, with each bit flipped with the given probability and up to eight words cut off its start.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { analyseFiles } from "../src/audio/index.ts";
import { CandidateIndex, splitPair } from "../src/catalogue/same-recording/candidate-index.ts";
import { compareRecordings } from "../src/catalogue/same-recording/compare-recordings.ts";
import { sketchOf } from "../src/catalogue/same-recording/sketch.ts";

const { values } = parseArgs({
  options: {
    music: { type: "string" },
    count: { type: "string", default: "1000000" },
    "bit-error": { type: "string", default: "0.10" },
    cache: { type: "string", default: "work/bench/fingerprints.jsonl" },
  },
});
const count = Number(values.count);
const bitError = Number(values["bit-error"]);
const COPY_EVERY = 10;
const PARTS = 64;
const ALL_RECORDINGS = 86e6;

const real = await realFingerprints();
say(`${real.length} real fingerprints, ${count} made, one in ${COPY_EVERY} a copy, bit error ${bitError}`);

const made = timer();
const folder = mkdtempSync(join(dirname(resolve(values.cache)), "duplicates-"));
const index = new CandidateIndex(folder, PARTS);
let sketchCpu = 0;
for (let number = 0; number < count; number++) {
  const fingerprint = fingerprintOf(number);
  const before = process.cpuUsage();
  index.add(number, sketchOf(fingerprint));
  const used = process.cpuUsage(before);
  sketchCpu += (used.user + used.system) / 1e6;
}
say(`made and sketched     ${made()}, of it sketches ${sketchCpu.toFixed(1)} CPU-s: ${rate(sketchCpu)}`);
const paired = timer();
const pairs = index.pairs(Uint32Array.from({ length: count }, (_, number) => number));
index.close();
rmSync(folder, { recursive: true });
const [pairText, pairCpu] = [paired(), paired.cpu()];
say(`candidate pairs       ${pairText}: ${rate(pairCpu)}, ${pairs.length} pairs`);

let isFound = 0;
let falsePairs = 0;
let compareCpu = 0;
for (const pair of pairs) {
  const [a, b] = splitPair(pair);
  const [left, right] = [fingerprintOf(a), fingerprintOf(b)];
  const before = process.cpuUsage();
  const likeness = compareRecordings(left, right);
  const used = process.cpuUsage(before);
  compareCpu += (used.user + used.system) / 1e6;
  if (likeness === null) continue;
  if (originalOf(b) === originalOf(a)) isFound += 1;
  else falsePairs += 1;
}
const copies = Math.floor(count / COPY_EVERY);
say(
  `compared              ${compareCpu.toFixed(1)} CPU-s: ${(pairs.length / compareCpu).toFixed(0)} pairs a CPU-s`,
);
say(`recall                ${isFound} of ${copies}: ${(isFound / copies).toFixed(5)} (aim 0.99)`);
say(`false pairs           ${falsePairs} of ${((count * (count - 1)) / 2).toExponential(2)} (aim 1 in 10^6)`);
const peakMiB = process.resourceUsage().maxRSS / 1024;
say(`peak memory           ${peakMiB.toFixed(0)} MiB`);
const factor = ALL_RECORDINGS / count;
const chancePairs = (pairs.length - isFound) * factor ** 2;
const projectedPairs = isFound * factor + chancePairs;
const hours = ((sketchCpu + pairCpu) * factor + (projectedPairs * compareCpu) / pairs.length) / 3600;
const pairMiB = (ALL_RECORDINGS * 80 * 16) / PARTS / 2 ** 20;
say(
  `at 86 M (projected; chance pairs, which grow with the square: ${chancePairs.toExponential(1)}): ${hours.toFixed(1)} CPU-h; keys ${((ALL_RECORDINGS * 960) / 1e9).toFixed(0)} GB on disk, ` +
    `${pairMiB.toFixed(0)} MiB to pair a part of ${PARTS}, ${(pairMiB / 8).toFixed(0)} MiB of ${PARTS * 8}`,
);

/** Which original a number is, or is a copy of. */
function originalOf(number: number): number {
  return number % COPY_EVERY === COPY_EVERY - 1 ? number - 1 - (number % 8) : number;
}

function fingerprintOf(number: number): Uint32Array {
  const original = originalOf(number);
  const fingerprint = synthesised(original);
  if (original === number) return fingerprint;
  const random = randomOf(number ^ 0x5bd1_e995);
  const copy = fingerprint.slice(number % 9);
  // Distances between flipped bits are geometric: one random number a flip, not one a bit.
  const bits = copy.length * 32;
  for (let at = -1; ; ) {
    at += 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - bitError));
    if (at >= bits) return copy;
    copy[at >>> 5] = (copy[at >>> 5] ?? 0) ^ (1 << (at & 31));
  }
}

function synthesised(number: number): Uint32Array {
  const random = randomOf(number + 1);
  const parts: Uint32Array[] = [];
  for (let part = 0; part < 3; part++) {
    const source = real[Math.floor(random() * real.length)] ?? new Uint32Array(0);
    const length = Math.min(source.length, 200 + Math.floor(random() * 266));
    const start = Math.floor(random() * (source.length - length + 1));
    parts.push(reordered(source.subarray(start, start + length), random));
  }
  return Uint32Array.from(parts.flatMap((part) => [...part]));
}

function reordered(source: Uint32Array, random: () => number): Uint32Array {
  const places = Array.from({ length: 16 }, (_, unit) => unit);
  for (let unit = 15; unit > 0; unit--) {
    const other = Math.floor(random() * (unit + 1));
    [places[unit], places[other]] = [places[other] ?? 0, places[unit] ?? 0];
  }
  return source.map((word) => {
    let moved = 0;
    for (let unit = 0; unit < 16; unit++) moved |= ((word >>> (2 * unit)) & 3) << (2 * (places[unit] ?? 0));
    return moved;
  });
}

function randomOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e37_79b1) >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function realFingerprints(): Promise<Uint32Array[]> {
  const cache = resolve(values.cache);
  if (!existsSync(cache)) {
    if (values.music === undefined) throw new Error("say where music is: --music FOLDER");
    const root = resolve(values.music);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ogg|opus|flac|mp3)$/.test(name))
      .map((name) => join(root, name))
      .sort();
    const lines: string[] = [];
    for await (const { outcome } of analyseFiles({
      files,
      want: { truePeak: false, features: false },
      workers: 2,
    })) {
      if (outcome.ok && outcome.fingerprint) lines.push(JSON.stringify({ fp: outcome.fingerprint.base64 }));
    }
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(cache, lines.map((line) => `${line}\n`).join(""));
  }
  const row = z.object({ fp: z.base64() });
  return readFileSync(cache, "utf8")
    .trim()
    .split("\n")
    .map((line) => Buffer.from(row.parse(JSON.parse(line)).fp, "base64"))
    .map((raw) => Uint32Array.from({ length: raw.length / 4 }, (_, at) => raw.readUInt32LE(at * 4)))
    .filter(({ length }) => length >= 200);
}

function timer(): { (): string; cpu(): number } {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const spent = (): number => {
    const used = process.cpuUsage(cpu);
    return (used.user + used.system) / 1e6;
  };
  const text = (): string =>
    `${((performance.now() - wall) / 1000).toFixed(1)} s wall, ${spent().toFixed(1)} CPU-s`;
  return Object.assign(text, { cpu: spent });
}

function rate(cpuSeconds: number): string {
  return `${(count / cpuSeconds).toFixed(0)} recordings a CPU-s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
