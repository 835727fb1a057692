const PCM_NAMES: Readonly<Record<string, string>> = {
  pcm_f32le: "pcm-float",
  pcm_f64le: "pcm-float",
  pcm_alaw: "alaw",
  pcm_mulaw: "mulaw",
};

/** The codec that a decoder of FFmpeg is for, in the words of the source stage: `mp3float` is one way to decode `mp3`. */
export function codecName(decoder: string): string {
  const name = PCM_NAMES[decoder];
  if (name !== undefined) return name;
  return decoder.startsWith("pcm_") ? "pcm" : decoder.replace(/float$/, "");
}
