/**
 * That a file of five hours needs no more memory than a song: the whole pass (all features, access copy) over FLAC files of
 * noise that swells, each in a process of its own; CPU seconds and peak memory.
 *
 *   npx tsx bench/long-file.ts [--hours 5] [--plain]     (--plain: without the access copy)
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { processAudioFile } from "../src/audio/process-audio-file.ts";
import { defaultPolicy } from "../src/core/policy.ts";
import { requireTools } from "./tools.ts";

const MINUTES_OF_A_SONG = 4;
const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "5" },
    plain: { type: "boolean", default: false },
    child: { type: "string" },
  },
});
const folder = resolve("work/bench/long-file");
mkdirSync(folder, { recursive: true });

if (values.child !== undefined) await runOne(values.child);
else {
  requireTools({ ffmpeg: "ffmpeg" });
  for (const seconds of [MINUTES_OF_A_SONG * 60, Number(values.hours) * 3600]) {
    const script = [fileURLToPath(import.meta.url), "--child", synthesised(seconds)];
    const args = ["--import", "tsx", ...script, ...(values.plain ? ["--plain"] : [])];
    spawnSync(process.execPath, args, { stdio: "inherit" });
  }
}

/** Pink noise that swells and falls, stereo at 44.1 kHz, made once and kept. */
function synthesised(seconds: number): string {
  const path = `${folder}/${seconds}.flac`;
  if (existsSync(path)) return path;
  const sound = `anoisesrc=color=pink:amplitude=0.2:sample_rate=44100:seed=1:duration=${seconds},tremolo=f=2:d=0.9`;
  const encode = ["-ac", "2", "-c:a", "flac", "-compression_level", "0", "-f", "flac", `${path}.part`];
  const { status } = spawnSync("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", sound, ...encode], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}`);
  renameSync(`${path}.part`, path);
  return path;
}

async function runOne(path: string): Promise<void> {
  const outcome = await processAudioFile({
    jobId: "bench",
    source: { root: dirname(path), path: basename(path), pathB64: null, member: null, memberB64: null },
    limits: defaultPolicy().intake,
    spoolDir: folder,
    want: {
      accessCopy: values.plain
        ? null
        : { bitrateKbps: 75, complexity: 10, receipt: false, tags: [], provenance: [] },
      keepOriginal: false,
      truePeak: false,
      features: true,
    },
    expected: { sizeBytes: 0, durationMs: null },
  });
  if (!outcome.ok) throw new Error(`${path}: ${outcome.detail}`);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stdout.write(
    `${(outcome.durationMs / 60_000).toFixed(0).padStart(5)} minutes${((userCPUTime + systemCPUTime) / 1e6).toFixed(1).padStart(9)} CPU s` +
      `${(maxRSS / 1000).toFixed(0).padStart(7)} MB peak\n`,
  );
}
