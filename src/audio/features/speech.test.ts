import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone } from "../../../test/fixtures/audio.ts";
import { audioJob } from "../../../test/fixtures/audio-job.ts";
import { processAudioFile } from "../process-audio-file.ts";
import { SpeechMeter, type SpeechShare } from "./speech-meter.ts";
import { hasSpeechModel, loadSpeechModel } from "./speech-model.ts";
import { SPEECH_WINDOW_SAMPLES } from "./speech-network.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-speech-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function speechIn(path: string): Promise<SpeechShare | null> {
  const want = { features: true, extras: ["speech"] } as const;
  const outcome = await processAudioFile(audioJob(path, folder, want));
  if (!outcome.ok || outcome.features === null) throw new Error(JSON.stringify(outcome));
  return outcome.features.speech;
}

const TEXT =
  "The evening was calm, and the harbour lay quiet under the lamps. Nobody expected the ship so early.";

function spoken(): string {
  const path = join(folder, "speech.wav");
  execFileSync("espeak-ng", ["-v", "en", "-w", path, TEXT]);
  return path;
}

test("a reading is speech nearly throughout, at any rate and in any format", async () => {
  const path = spoken();
  const coded = join(folder, "speech.ogg");
  execFileSync("ffmpeg", ["-v", "error", "-i", path, "-ac", "2", "-ar", "48000", "-c:a", "libvorbis", coded]);
  for (const file of [path, coded]) expect((await speechIn(file))?.share).toBeGreaterThan(0.75);
});

test("music has no speech in it, silence neither", async () => {
  const { path } = makeTestTone({ path: join(folder, "music.flac"), codec: "flac", seconds: 8 });
  expect((await speechIn(path))?.share).toBeLessThan(0.05);
  const silence = makeTestTone({ path: join(folder, "silence.wav"), codec: "wav", seconds: 2, level: 0 });
  expect(await speechIn(silence.path)).toEqual({ share: 0, tool: expect.stringMatching(/^silero_vad_v6 /) });
});

test("a reading between music is a part of the time", async () => {
  const music = makeTestTone({ path: join(folder, "before.wav"), codec: "wav", seconds: 6 });
  const path = join(folder, "both.flac");
  const joined = "[0]aresample=22050,aformat=channel_layouts=mono[a];[a][1]concat=n=2:v=0:a=1";
  execFileSync("ffmpeg", ["-v", "error", "-i", music.path, "-i", spoken(), "-filter_complex", joined, path]);
  const share = (await speechIn(path))?.share ?? 0;
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.75);
});

test("less than a window has no share; without the package there is no model, with another model there neither", async () => {
  const { path } = makeTestTone({ path: join(folder, "short.wav"), codec: "wav", seconds: 0.02 });
  expect(await speechIn(path)).toBeNull();
  expect(hasSpeechModel()).toBe(true);
  for (const name of ["no-such-model", packageWith("another model")]) {
    expect(hasSpeechModel(name)).toBe(false);
    expect(loadSpeechModel(name)).toBeNull();
  }
});

/** The entry of a package in which a file of the model's name holds something else. */
function packageWith(text: string): string {
  writeFileSync(join(folder, "index.cjs"), "");
  writeFileSync(join(folder, "silero_vad_v6.onnx"), text);
  return join(folder, "index.cjs");
}

test("however the stream is cut, each window is asked about once, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 12 }), (lengths) => {
      const firsts: number[] = [];
      const meter = new SpeechMeter({
        tool: "test",
        start: () => (window) => {
          firsts.push(window[0] ?? -1);
          return (window[0] ?? 0) % 1024 === 0 ? 0.9 : 0.1;
        },
      });
      let at = 0;
      for (const length of lengths) meter.push(Float32Array.from({ length }, () => at++));
      const windows = Math.floor(at / SPEECH_WINDOW_SAMPLES);
      expect(firsts).toEqual(Array.from({ length: windows }, (_, window) => window * SPEECH_WINDOW_SAMPLES));
      const voiced = Math.ceil(windows / 2);
      expect(meter.finish()).toEqual(windows === 0 ? null : { share: voiced / windows, tool: "test" });
    }),
    { numRuns: 100 },
  );
});
