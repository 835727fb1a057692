/**
 * How often the tempo and the key of synthesised music (48 pieces whose truth is known: clicks, drum loops, songs in all
 * keys) come out right, and what it costs, beside aubio and bpm-tools.
 *
 *   npx tsx bench/features.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FeatureExtractor } from "../src/audio/features/feature-extractor.ts";
import { RATE_HZ, type SynthesisedMusic } from "../src/audio/features/testing/rhythm.ts";
import { synthesisedMusic } from "../src/audio/features/testing/synthesised-music.ts";
import { requireTools } from "./tools.ts";

requireTools({ aubio: "aubio-tools", bpm: "bpm-tools" });

const OCTAVES = [1, 2, 1 / 2, 3, 1 / 3];
const TOLERANCE = 0.04;
const folder = resolve("work/bench/features");
mkdirSync(folder, { recursive: true });

interface Tally {
  exact: number;
  octave: number;
}
const tallies: Record<string, Tally> = {};
const keys = { exact: 0, relative: 0, songs: 0 };
let cpuSeconds = 0;
let audioSeconds = 0;
let pieces = 0;

for (const music of synthesisedMusic()) {
  pieces += 1;
  audioSeconds += music.samples.length / RATE_HZ;
  const before = process.cpuUsage();
  const extractor = new FeatureExtractor();
  for (let at = 0; at < music.samples.length; at += 8192)
    extractor.push(music.samples.subarray(at, at + 8192));
  const features = extractor.finish();
  cpuSeconds += process.cpuUsage(before).user / 1e6;
  count("Deadwax", music, features.tempo?.bpm ?? null);
  countKey(music, features.key);
  const wav = join(folder, "piece.wav");
  writeFileSync(wav, wavOf(music.samples));
  count("aubio tempo", music, numberIn(spawnSync("aubio", ["tempo", wav]).stdout.toString()));
  const raw = join(folder, "piece.f32");
  writeFileSync(raw, rawAt44100(music.samples));
  count("bpm-tools", music, numberIn(spawnSync("sh", ["-c", `bpm < ${raw}`]).stdout.toString()));
}
rmSync(folder, { recursive: true });

process.stdout.write(`${pieces} pieces, ${audioSeconds.toFixed(0)} s\n\n`);
process.stdout.write(
  `${"tempo".padEnd(16)}${"within 4 %".padStart(12)}${"or x2, /2, x3, /3".padStart(20)}\n`,
);
for (const [name, { exact, octave }] of Object.entries(tallies)) {
  process.stdout.write(`${name.padEnd(16)}${String(exact).padStart(12)}${String(octave).padStart(20)}\n`);
}
process.stdout.write(
  `\nkey: ${keys.exact} of ${keys.songs} songs exact, ${keys.relative} the relative key\n`,
);
process.stdout.write(`all features: ${(audioSeconds / cpuSeconds).toFixed(0)} x real time per core\n`);

function count(name: string, music: SynthesisedMusic, bpm: number | null): void {
  tallies[name] ??= { exact: 0, octave: 0 };
  const tally = tallies[name];
  if (bpm === null) return;
  const isNear = (ratio: number): boolean => Math.abs(bpm / music.bpm / ratio - 1) <= TOLERANCE;
  if (isNear(1)) tally.exact += 1;
  if (OCTAVES.some(isNear)) tally.octave += 1;
}

function countKey(
  { key }: SynthesisedMusic,
  found: { readonly tonic: number; readonly mode: "major" | "minor" } | null,
): void {
  if (key === null) return;
  keys.songs += 1;
  if (found?.tonic === key.tonic && found.mode === key.mode) keys.exact += 1;
  const relative = (key.tonic + (key.mode === "minor" ? 3 : 9)) % 12;
  if (found?.tonic === relative && found.mode !== key.mode) keys.relative += 1;
}

function numberIn(text: string): number | null {
  const found = /\d+(\.\d+)?/.exec(text);
  return found ? Number(found[0]) : null;
}

function wavOf(samples: Float32Array): Buffer {
  const header = Buffer.alloc(44);
  const dataBytes = samples.length * 2;
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE_HZ, 24);
  header.writeUInt32LE(RATE_HZ * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(dataBytes, 40);
  return Buffer.concat([header, Buffer.from(Int16Array.from(samples, (value) => value * 32_767).buffer)]);
}

/** What bpm-tools reads: raw floats at 44100 Hz. */
function rawAt44100(samples: Float32Array): Buffer {
  const doubled = new Float32Array(samples.length * 2);
  for (let i = 0; i < samples.length; i += 1) {
    const [here, next] = [samples[i] ?? 0, samples[i + 1] ?? samples[i] ?? 0];
    doubled[2 * i] = here;
    doubled[2 * i + 1] = (here + next) / 2;
  }
  return Buffer.from(doubled.buffer);
}
