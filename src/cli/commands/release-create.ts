import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { collect, dryRunOption } from "../options.ts";
import { showRelease } from "../show/release.ts";

export const releaseCreateCommand: RegisteredCommand = defineCommand({
  path: ["release", "create"],
  summary: "make a signed bag and torrents of everything that may go out",
  details: [
    "The gate is asked about every packed track; one without a recorded right to disseminate stays dark and is",
    "listed with the reason. When the latest release says the same already, none is made.",
  ].join("\n"),
  options: [
    new Option("--name <name>", "lower-case words joined by - (default: release-<date>)"),
    new Option(
      "--web-seed <url>",
      "folder on a web server that will hold the release; may be repeated",
    ).argParser(collect),
    new Option("--announce <url>", "tracker to announce to; may be repeated").argParser(collect),
    dryRunOption(),
  ],
  input: z.object({
    name: z.string().optional(),
    webSeed: z.array(z.string()).default([]),
    announce: z.array(z.string()).default([]),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax release create", "release what is packed and free, under the name of the day"],
    ["deadwax release create --name spring-2026 --dry-run", "say what would go out, and what not"],
    [
      "deadwax release create --announce udp://tracker.example.org:6969/announce --web-seed https://example.org/r/",
      "with a tracker and a web seed in the torrents",
    ],
  ],
  exitCodes: [10, 11, 12, 13, 14, 130],
  kind: "does",
  async run(context, { name, webSeed, announce, dryRun }) {
    const archive = await context.openArchive();
    const { releaseArchive } = await import("../release-archive.ts");
    const release = () => releaseArchive(context, archive, { name, webSeeds: webSeed, announce, dryRun });
    const summary = dryRun ? await release() : await context.writing(archive, release);
    if (summary.created) context.reporter.note(`next: deadwax release verify "${summary.folder}"`);
    return { summary: { ...summary, dryRun }, show: (output) => showRelease(output, summary) };
  },
});
