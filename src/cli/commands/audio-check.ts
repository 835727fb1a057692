import { Argument } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { printTable } from "../report/table.ts";
import { noteTexts } from "../show/audio.ts";

export const audioCheckCommand: RegisteredCommand = defineCommand({
  path: ["audio", "check"],
  summary: "prove that sound files are whole",
  details: [
    "Walks the structure of each file (Ogg pages, FLAC and MP3 frames, MP4 boxes, WAV chunks), decodes it, and counts the",
    "samples against what the file promises, as strictly as when it is taken into an archive. Needs no archive.",
    "What has no check value can hide damage that keeps the length: the samples of WAV, those of most M4A and of some MP3.",
  ].join("\n"),
  arguments: [new Argument("<files...>", "Ogg Vorbis, Opus, FLAC, MP3, M4A or WAV, or folders of them")],
  input: z.object({ files: z.array(z.string()) }),
  examples: [
    ["deadwax audio check album/*.flac", "which of them are damaged, and where"],
    ["deadwax audio check music", "all below a folder"],
    ["deadwax audio check song.mp3 --json", "for a program"],
  ],
  exitCodes: [3, 130],
  kind: "tells",
  async run(context, { files }) {
    const { checkFiles, listAudioFiles } = await import("../../audio/index.ts");
    const { groups, leftOut } = await listAudioFiles(files, context);
    const all = groups.flatMap((group) => group.files);
    const shown = new Map(all.map((file) => [file.path, file.shown]));
    const paths = all.map(({ path }) => path);
    const results = checkFiles({ files: paths, workers: context.workers, signal: context.signal });
    const progress = context.reporter.progress("checking", "items", paths.length);
    const rows: (readonly [string, string, string])[] = [];
    let bad = 0;
    for await (const { path, outcome } of results) {
      const given = shown.get(path) ?? path;
      const verdict = outcome.ok
        ? {
            ok: true,
            proof: outcome.proof,
            notes: outcome.notes,
            codec: outcome.codec,
            durationMs: outcome.durationMs,
          }
        : { ok: false, reason: outcome.reason, detail: outcome.detail };
      context.reporter.record({ type: "file", path: given, ...verdict });
      rows.push(
        outcome.ok
          ? [
              given,
              "sound",
              [`${outcome.codec}, proved by ${outcome.proof}`, ...noteTexts(outcome.notes)].join("; "),
            ]
          : [given, outcome.reason, outcome.detail],
      );
      if (!outcome.ok) bad += 1;
      progress.advance(1, given);
    }
    progress.finish();
    return {
      summary: { files: rows.length, damaged: bad, leftOut },
      exitCode: bad + leftOut > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) =>
        printTable(
          output,
          [{ name: "FILE", shrinks: true }, { name: "VERDICT" }, { name: "DETAIL", wraps: true }],
          rows,
        ),
    };
  },
});
