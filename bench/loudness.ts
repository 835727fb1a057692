/**
 * Integrated loudness, range and peaks of every track of a folder, beside FFmpeg's `ebur128` (the one that Deadwax's
 * engine brings, and Debian's) and loudgain: the greatest and the median difference. Ends with 1 when a track is more
 * than 0.1 LU or 0.3 dB of true peak from either FFmpeg.
 *
 *   npx tsx bench/loudness.ts --music FOLDER [--tracks 16]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_DOUBLE } from "node-av/constants";
import {
  avChannelLayoutDescribe,
  avGetSampleFmtName,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
} from "node-av/lib";
import { decodeStream } from "../src/audio/engine/decode-stream.ts";
import { processAudioFile } from "../src/audio/process-audio-file.ts";
import { defaultPolicy } from "../src/core/policy.ts";
import { median } from "./measure.ts";
import { requireTools } from "./tools.ts";

interface Reading {
  readonly lufs: number;
  readonly rangeLu: number;
  readonly samplePeakDb: number | null;
  readonly truePeakDb: number;
}

const MOST_LU = 0.1;
const MOST_PEAK_DB = 0.3;
const { values } = parseArgs({
  options: { music: { type: "string", default: "." }, tracks: { type: "string", default: "1000" } },
});
requireTools({ ffmpeg: "ffmpeg", loudgain: "loudgain" });
const folder = resolve(values.music);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".ogg"))
  .sort()
  .slice(0, Number(values.tracks))
  .map((name) => join(folder, name));

const spoolDir = mkdtempSync(join(tmpdir(), "deadwax-bench-"));
const rivals: Readonly<Record<string, (path: string) => Reading | Promise<Reading>>> = {
  "FFmpeg of the engine": engineReading,
  "FFmpeg of Debian": debianReading,
  loudgain: loudgainReading,
};
const differences: Record<string, { lu: number[]; range: number[]; sample: number[]; peak: number[] }> = {};
for (const path of files) {
  const ours = await deadwaxReading(path);
  for (const [name, read] of Object.entries(rivals)) {
    const theirs = await read(path);
    differences[name] ??= { lu: [], range: [], sample: [], peak: [] };
    const { lu, range, sample, peak } = differences[name];
    lu.push(Math.abs(ours.lufs - theirs.lufs));
    range.push(Math.abs(ours.rangeLu - theirs.rangeLu));
    if (theirs.samplePeakDb !== null) sample.push(Math.abs((ours.samplePeakDb ?? 0) - theirs.samplePeakDb));
    peak.push(Math.abs(ours.truePeakDb - theirs.truePeakDb));
  }
}
rmSync(spoolDir, { recursive: true });

process.stdout.write(
  `${files.length} tracks; greatest (median) difference from Deadwax\n\n` +
    `${"".padEnd(24)}${"loudness LU".padStart(18)}${"range LU".padStart(18)}${"sample peak dB".padStart(18)}${"true peak dB".padStart(18)}\n`,
);
for (const [name, { lu, range, sample, peak }] of Object.entries(differences)) {
  process.stdout.write(
    `${name.padEnd(24)}${[lu, range, sample, peak].map((list) => spread(list).padStart(18)).join("")}\n`,
  );
  if (name !== "loudgain" && (Math.max(...lu) > MOST_LU || Math.max(...peak) > MOST_PEAK_DB))
    process.exitCode = 1;
}

function spread(list: readonly number[]): string {
  return list.length === 0 ? "-" : `${Math.max(...list).toFixed(3)} (${median(list).toFixed(3)})`;
}

async function deadwaxReading(path: string): Promise<Reading> {
  const outcome = await processAudioFile({
    jobId: "bench",
    source: { root: dirname(path), path: basename(path), pathB64: null, member: null, memberB64: null },
    limits: defaultPolicy().intake,
    spoolDir,
    want: { accessCopy: null, keepOriginal: false, truePeak: true, features: false },
    expected: { sizeBytes: 0, durationMs: null },
  });
  if (!outcome.ok) throw new Error(`${path}: ${outcome.detail}`);
  const { integratedLufs, rangeLu, samplePeakDbfs, truePeakDbtp } = outcome.loudness;
  return {
    lufs: integratedLufs ?? Number.NaN,
    rangeLu: rangeLu ?? Number.NaN,
    samplePeakDb: samplePeakDbfs,
    truePeakDb: truePeakDbtp ?? Number.NaN,
  };
}

/** One decode through the filter alone. */
async function engineReading(path: string): Promise<Reading> {
  const graph = new FilterGraph();
  const out = new Frame();
  let source: FilterContext | null = null;
  let meter: FilterContext | null = null;
  let sink: FilterContext | null = null;
  out.alloc();
  graph.alloc();
  const create = (kind: string, args: string | null): FilterContext => {
    const filter = Filter.getByName(kind);
    const context = filter && graph.createFilter(filter, kind, args);
    if (!context) throw new Error(`no filter ${kind}`);
    return context;
  };
  const drain = (): void => {
    while (sink !== null && sink.buffersinkGetFrameSync(out) >= 0) out.unref();
  };
  await decodeStream(
    {
      url: `file:${path}`,
      demuxer: "ogg",
      decoders: new Set(["vorbis"]),
      trim: "by-container",
      limitSamples: null,
      stopAtLimit: false,
      maxSeconds: 1e6,
      shouldStop: () => false,
    },
    {
      start({ sampleRateHz, sampleFormat, channelLayout }) {
        const format = `sample_fmt=${avGetSampleFmtName(sampleFormat)}:channel_layout=${avChannelLayoutDescribe(channelLayout)}`;
        source = create("abuffer", `sample_rate=${sampleRateHz}:${format}:time_base=1/${sampleRateHz}`);
        meter = create("ebur128", "framelog=quiet:peak=sample+true");
        sink = create("abuffersink", null);
        if (source.link(0, meter, 0) < 0 || meter.link(0, sink, 0) < 0 || graph.configSync() < 0) {
          throw new Error("the graph does not fit");
        }
      },
      frame(frame) {
        source?.buffersrcAddFrameSync(frame);
        drain();
      },
    },
  );
  (source as FilterContext | null)?.buffersrcAddFrameSync(null);
  drain();
  const option = (name: string): number =>
    (meter as FilterContext | null)?.getOption(name, AV_OPT_TYPE_DOUBLE, AV_OPT_SEARCH_CHILDREN) ??
    Number.NaN;
  const reading = {
    lufs: option("integrated"),
    rangeLu: option("range"),
    samplePeakDb: option("sample_peak"),
    truePeakDb: option("true_peak"),
  };
  graph.free();
  out.free();
  return reading;
}

function debianReading(path: string): Reading {
  const args = ["-hide_banner", "-nostats", "-i", path, "-af", "ebur128=peak=sample+true", "-f", "null", "-"];
  const text = spawnSync("ffmpeg", args, { maxBuffer: 1 << 28 }).stderr.toString();
  const summary = text.slice(text.lastIndexOf("Summary:"));
  const value = (label: RegExp): number => Number(label.exec(summary)?.[1]);
  return {
    lufs: value(/I:\s+(-?[\d.]+) LUFS/),
    rangeLu: value(/LRA:\s+(-?[\d.]+) LU/),
    samplePeakDb: value(/Sample peak:\s+Peak:\s+(-?[\d.]+) dBFS/),
    truePeakDb: value(/True peak:\s+Peak:\s+(-?[\d.]+) dBFS/),
  };
}

/** Its gain is to -18 LUFS, its peak a factor. */
function loudgainReading(path: string): Reading {
  const [, line = ""] = spawnSync("loudgain", ["-q", "-O", path]).stdout.toString().split("\n");
  const fields = line.split("\t");
  return {
    lufs: Number.parseFloat(fields[1] ?? ""),
    rangeLu: Number.parseFloat(fields[2] ?? ""),
    samplePeakDb: null,
    truePeakDb: Number.parseFloat(fields[4] ?? ""),
  };
}
