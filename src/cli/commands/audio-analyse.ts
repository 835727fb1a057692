import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { type AnalysedGroup, audioRecord, showAnalysis } from "../show/audio.ts";

export const audioAnalyseCommand: RegisteredCommand = defineCommand({
  path: ["audio", "analyse"],
  summary: "measure sound files: loudness, tempo, key and more",
  details: [
    "Every value is measured from the samples. What cannot be measured here (mood, genre, valence) is not guessed at. Tempo",
    "comes with what others may hear instead, key with its strength. Needs no archive.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "Ogg Vorbis, Opus, FLAC, MP3, M4A or WAV, or folders of them")],
  options: [
    new Option("--true-peak", "also the peak between samples (ITU-R BS.1770-4, annex 2)"),
    new Option(
      "--speech",
      "also how much of it is speech (Silero VAD, a trained model; takes longer than all the rest)",
    ),
    new Option("--beats", "also when each beat comes, in seconds: the list is in the output of --json"),
    new Option(
      "--album",
      "the files are one album, and each folder with its discs (CD1, disc 2) is one: also its loudness and ReplayGain",
    ),
  ],
  input: z.object({
    files: z.array(z.string()),
    truePeak: z.boolean().default(false),
    speech: z.boolean().default(false),
    beats: z.boolean().default(false),
    album: z.boolean().default(false),
  }),
  examples: [
    ["deadwax audio analyse song.flac", "one file; on a terminal with a picture of it"],
    ["deadwax audio analyse *.ogg --json > album.jsonl", "many files, for a program"],
    ["deadwax audio analyse --speech talk.mp3", "is it talk or music"],
    ["deadwax audio analyse --beats --json loop.wav", "the beat grid, for a player or an editor"],
    ["deadwax audio analyse --album --true-peak album/*.flac", "with the gain of the album"],
    ["deadwax audio analyse --album music", "each folder below music is an album: the gain of each"],
  ],
  exitCodes: [3, 14, 130],
  kind: "tells",
  async run(context, { files, truePeak, speech, beats, album }) {
    const { albumGain, analyseFiles, hasSpeechModel, listAudioFiles, SPEECH_IS_ABSENT } = await import(
      "../../audio/index.ts"
    );
    if (speech && !hasSpeechModel()) context.reporter.warn(SPEECH_IS_ABSENT);
    const { groups, leftOut } = await listAudioFiles(files, context);
    const paths = groups.flatMap((group) => group.files.map(({ path }) => path));
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
    const analysed: AnalysedGroup[] = [];
    try {
      // Results come in the order of the files.
      for (const { folder, files: ofGroup } of groups) {
        const outcomes: AnalysedGroup["files"][number][] = [];
        for (const { shown } of ofGroup) {
          const { value } = await results.next();
          if (!value) break;
          context.reporter.record({ type: "file", path: shown, ...audioRecord(value.outcome) });
          outcomes.push({ path: shown, outcome: value.outcome });
          progress.advance(1, shown);
        }
        const gain = albumGain(outcomes.flatMap(({ outcome }) => (outcome.ok ? [outcome.loudness] : [])));
        if (album) {
          const count = outcomes.filter(({ outcome }) => outcome.ok).length;
          context.reporter.record({ type: "album", folder, files: count, replayGain: gain });
        }
        analysed.push({ folder, files: outcomes, gain });
      }
    } finally {
      await results.return(undefined);
      progress.finish();
    }
    const outcomes = analysed.flatMap((group) => group.files);
    const bad = outcomes.filter(({ outcome }) => !outcome.ok).length;
    return {
      summary: {
        files: outcomes.length,
        damaged: bad,
        leftOut,
        ...(album ? { albums: analysed.length } : {}),
      },
      exitCode: bad + leftOut > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) => showAnalysis(output, analysed, album),
    };
  },
});
