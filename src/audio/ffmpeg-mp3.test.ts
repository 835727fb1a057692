import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkAudio } from "./check-audio.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-ffmpeg-mp3-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Its CRC of the info tag goes over 190 bytes, also where the frame that holds the tag is shorter.
test.each([
  [8000, 1, 8],
  [16_000, 2, 32],
  [22_050, 1, 64],
  [44_100, 1, 64],
  [44_100, 2, 128],
  [48_000, 2, 320],
])(
  "an MP3 that Debian's FFmpeg made at %i Hz, %i channels and %i kbps is sound",
  async (rateHz, channels, kbps) => {
    const path = join(folder, `${rateHz}-${channels}.mp3`);
    const tone = ["-f", "lavfi", "-i", `sine=duration=1:sample_rate=${rateHz}`, "-ac", String(channels)];
    execFileSync("ffmpeg", ["-v", "error", ...tone, "-c:a", "libmp3lame", "-b:a", `${kbps}k`, path]);
    const outcome = await checkAudio({
      jobId: "check",
      path,
      offsetBytes: 0,
      sizeBytes: statSync(path).size,
      ext: "mp3",
      expected: { durationMs: null },
      sampleDigest: false,
    });
    expect(outcome).toMatchObject({ ok: true, sampleRateHz: rateHz, channels, decodedSamples: rateHz });
  },
);
