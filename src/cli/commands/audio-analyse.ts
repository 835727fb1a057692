import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { audioRecord, showAnalysis } from "../show/audio.ts";

export const audioAnalyseCommand: RegisteredCommand = defineCommand({
  path: ["audio", "analyse"],
  summary: "measure sound files: loudness, tempo, key and more",
  details: [
    "Every value is measured from the samples. What cannot be measured here (mood, genre, valence) is not guessed at. Tempo",
    "comes with what others may hear instead, key with its strength. Needs no archive.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "Ogg Vorbis, Opus, FLAC, MP3, M4A or WAV")],
  options: [
    new Option("--true-peak", "also the peak between samples (ITU-R BS.1770-4, annex 2)"),
    new Option(
      "--speech",
      "also how much of it is speech (Silero VAD, a trained model; takes longer than all the rest)",
    ),
    new Option("--beats", "also when each beat comes, in seconds: the list is in the output of --json"),
    new Option("--album", "the files are one album: also its loudness and ReplayGain"),
  ],
  input: z.object({
    files: z.array(z.string()),
    truePeak: z.boolean().default(false),
    speech: z.boolean().default(false),
    beats: z.boolean().default(false),
    album: z.boolean().default(false),
  }),
  examples: [
    ["deadwax audio analyse song.flac", "one file, with its outline"],
    ["deadwax audio analyse *.ogg --json > album.jsonl", "many files, for a program"],
    ["deadwax audio analyse --speech talk.mp3", "is it talk or music"],
    ["deadwax audio analyse --beats --json loop.wav", "the beat grid, for a player or an editor"],
    ["deadwax audio analyse --album --true-peak album/*.flac", "with the gain of the album"],
  ],
  exitCodes: [3, 130],
  kind: "tells",
  async run(context, { files, truePeak, speech, beats, album }) {
    const { albumGain, analyseFiles, hasSpeechModel, SPEECH_IS_ABSENT } = await import(
      "../../audio/index.ts"
    );
    if (speech && !hasSpeechModel()) context.reporter.warn(SPEECH_IS_ABSENT);
    const paths = files.map((file) => context.resolvePath(file));
    const results = analyseFiles({
      files: paths,
      want: {
        truePeak,
        features: true,
        extras: [...(speech ? (["speech"] as const) : []), ...(beats ? (["beats"] as const) : [])],
      },
      workers: context.workers,
      signal: context.signal,
    });
    const progress = context.reporter.progress("analysing", "items", paths.length);
    const analysed: Parameters<typeof showAnalysis>[1][number][] = [];
    for await (const { path, outcome } of results) {
      const given = files[paths.indexOf(path)] ?? path;
      context.reporter.record({ type: "file", path: given, ...audioRecord(outcome) });
      analysed.push({ path: given, outcome });
      progress.advance(1, given);
    }
    progress.finish();
    const whole = album
      ? albumGain(analysed.flatMap(({ outcome }) => (outcome.ok ? [outcome.loudness] : [])))
      : null;
    if (album) context.reporter.record({ type: "album", replayGain: whole });
    const bad = analysed.filter(({ outcome }) => !outcome.ok).length;
    return {
      summary: { files: analysed.length, damaged: bad },
      exitCode: bad > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) => showAnalysis(output, analysed, whole),
    };
  },
});
