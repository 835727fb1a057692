/**
 * How often tempo, beats and key of synthesised music (48 pieces whose truth is known: clicks, drum loops, songs in all
 * keys) come out right, and what it costs, beside aubio, bpm-tools and music-tempo.
 *
 *   npx tsx bench/features.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FeatureExtractor } from "../src/audio/features/feature-extractor.ts";
import { beatScore } from "../src/audio/features/testing/beat-score.ts";
import { RATE_HZ, type SynthesisedMusic } from "../src/audio/features/testing/rhythm.ts";
import { synthesisedMusic } from "../src/audio/features/testing/synthesised-music.ts";
import { requireTools } from "./tools.ts";

/** As much of the package as is used here: it comes without types. */
type MusicTempo = new (
  samples44100: Float32Array,
) => { readonly tempo: string; readonly beats: readonly number[] };

requireTools({ aubio: "aubio-tools", bpm: "bpm-tools" });

const musicTempoPackage = "music-tempo";
const { default: MusicTempo }: { readonly default: MusicTempo } = await import(musicTempoPackage);

const OCTAVES = [1, 2, 1 / 2, 3, 1 / 3];
const TOLERANCE = 0.04;
const folder = resolve("work/bench/features");
mkdirSync(folder, { recursive: true });

interface Tally {
  exact: number;
  octave: number;
  /** F-measures, one a piece; none for who gives no beats. */
  readonly beats: number[];
  cpuSeconds: number;
}
const tallies: Record<string, Tally> = {};
const keys = { exact: 0, relative: 0, songs: 0 };
let audioSeconds = 0;
let pieces = 0;

for (const music of synthesisedMusic()) {
  pieces += 1;
  audioSeconds += music.samples.length / RATE_HZ;
  const begun = cpuSeconds();
  const extractor = new FeatureExtractor({ beats: true });
  for (let at = 0; at < music.samples.length; at += 8192)
    extractor.push(music.samples.subarray(at, at + 8192));
  const features = extractor.finish();
  count("Deadwax", music, { bpm: features.tempo?.bpm ?? null, beats: features.beats ?? [], begun });
  countKey(music, features.key);
  const wav = join(folder, "piece.wav");
  writeFileSync(wav, wavOf(music.samples));
  const aubio = runTool("aubio", ["tempo", wav]);
  count("aubio", music, {
    bpm: numberIn(aubio.output),
    beats: runTool("aubio", ["beat", wav]).output.split("\n").filter(Boolean).map(Number),
    seconds: aubio.cpuSeconds,
  });
  const raw = join(folder, "piece.f32");
  const doubled = at44100(music.samples);
  writeFileSync(raw, Buffer.from(doubled.buffer));
  const bpmTools = runTool("sh", ["-c", `bpm < ${raw}`]);
  count("bpm-tools", music, { bpm: numberIn(bpmTools.output), beats: null, seconds: bpmTools.cpuSeconds });
  count("music-tempo", music, { begun: cpuSeconds(), ...musicTempo(doubled) });
}
rmSync(folder, { recursive: true });

process.stdout.write(`${pieces} pieces, ${audioSeconds.toFixed(0)} s\n\n`);
process.stdout.write(
  `${"tempo".padEnd(16)}${"within 4 %".padStart(12)}${"or x2, /2, x3, /3".padStart(20)}${"beats, mean F".padStart(15)}${"F above 0.9".padStart(13)}${"x real time".padStart(13)}\n`,
);
for (const [name, { exact, octave, beats, cpuSeconds: seconds }] of Object.entries(tallies)) {
  const mean = beats.reduce((sum, score) => sum + score, 0) / beats.length;
  process.stdout.write(
    name.padEnd(16) +
      String(exact).padStart(12) +
      String(octave).padStart(20) +
      (beats.length === 0 ? "-" : mean.toFixed(3)).padStart(15) +
      (beats.length === 0 ? "-" : String(beats.filter((score) => score > 0.9).length)).padStart(13) +
      (audioSeconds / seconds).toFixed(0).padStart(13) +
      "\n",
  );
}
process.stdout.write(
  `\nkey: ${keys.exact} of ${keys.songs} songs exact, ${keys.relative} the relative key\n`,
);
process.stdout.write(
  "x real time: of one core; ours with all features and beats, music-tempo inside this process, the tools with their start\n",
);

function count(
  name: string,
  music: SynthesisedMusic,
  heard: { readonly bpm: number | null; readonly beats: readonly number[] | null } & (
    | { readonly seconds: number }
    | { readonly begun: number }
  ),
): void {
  tallies[name] ??= { exact: 0, octave: 0, beats: [], cpuSeconds: 0 };
  const tally = tallies[name];
  tally.cpuSeconds += "seconds" in heard ? heard.seconds : cpuSeconds() - heard.begun;
  if (heard.beats !== null) tally.beats.push(beatScore(heard.beats, music.beats));
  const { bpm } = heard;
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

/** Of this process so far. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Output of a program, and its CPU time by the shell that runs it. */
function runTool(program: string, args: readonly string[]): { output: string; cpuSeconds: number } {
  const { stdout, stderr } = spawnSync("bash", [
    "-c",
    'TIMEFORMAT="cpu %U %S"; time "$@"',
    "-",
    program,
    ...args,
  ]);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr.toString()) ?? [];
  return { output: stdout.toString(), cpuSeconds: Number(user) + Number(system) };
}

/** It throws where it hears nothing begin. */
function musicTempo(samples44100: Float32Array): { bpm: number | null; beats: readonly number[] } {
  try {
    const { beats, tempo } = new MusicTempo(samples44100);
    return { bpm: Number(tempo), beats };
  } catch {
    return { bpm: null, beats: [] };
  }
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

/** What bpm-tools and music-tempo want. */
function at44100(samples: Float32Array): Float32Array {
  const doubled = new Float32Array(samples.length * 2);
  for (let i = 0; i < samples.length; i += 1) {
    const [here, next] = [samples[i] ?? 0, samples[i + 1] ?? samples[i] ?? 0];
    doubled[2 * i] = here;
    doubled[2 * i + 1] = (here + next) / 2;
  }
  return doubled;
}
