/**
 * What the pass over one file costs inside one process, by what is asked of it, in CPU seconds: hashes, gate, decode,
 * loudness and fingerprint alone; with all features; with the access copy; with both; with the copy's quality receipt too; and
 * features with the share of speech.
 *
 *   npx tsx bench/pass.ts --music FOLDER [--tracks 6] [--only plain|features|opus|all|receipt|speech]
 *
 * For a profile: node --import tsx --cpu-prof bench/pass.ts --music FOLDER --only features
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { processAudioFile } from "../src/audio/process-audio-file.ts";
import type { AudioWant } from "../src/audio/types.ts";
import { defaultPolicy } from "../src/core/policy.ts";

const { values } = parseArgs({
  options: {
    music: { type: "string", default: "." },
    tracks: { type: "string", default: "6" },
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
const spoolDir = mkdtempSync(join(tmpdir(), "deadwax-bench-"));
for (const [name, want] of Object.entries(passes)) {
  if (values.only !== undefined && values.only !== name) continue;
  let audioSeconds = 0;
  const before = process.cpuUsage();
  for (const path of files) audioSeconds += await run(path, want);
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  process.stdout.write(
    `${name.padEnd(10)}${cpuSeconds.toFixed(2).padStart(8)} CPU s for ${audioSeconds.toFixed(0)} s of audio:` +
      `${(audioSeconds / cpuSeconds).toFixed(0).padStart(5)} x real time, peak ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB\n`,
  );
}
rmSync(spoolDir, { recursive: true });

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
