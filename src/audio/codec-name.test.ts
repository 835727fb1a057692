import { expect, test } from "vitest";
import { codecName } from "./codec-name.ts";

test.each([
  ["mp3float", "mp3"],
  ["mp2float", "mp2"],
  ["vorbis", "vorbis"],
  ["pcm_s24le", "pcm"],
  ["pcm_f32le", "pcm-float"],
  ["pcm_alaw", "alaw"],
])("the decoder %s is for %s", (decoder, codec) => {
  expect(codecName(decoder)).toBe(codec);
});
