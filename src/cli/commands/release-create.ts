import { Option } from "commander";
import { z } from "zod";
import { parseSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { collect, dryRunOption } from "../options.ts";
import { showRelease } from "../show/release.ts";

export const releaseCreateCommand: RegisteredCommand = defineCommand({
  path: ["release", "create"],
  summary: "make a signed bag and torrents of everything that may go out",
  details: [
    "The gate is asked about every packed track; one without a recorded right to disseminate stays dark and is",
    "listed with the reason. When the latest release says the same already, none is made. --up-to, or the schedule of the",
    "policy, gives out only so much of the sound, the most popular first, and describes the rest: made again and again,",
    "releases grow, and shards that stay the same are kept by who has them.",
  ].join("\n"),
  options: [
    new Option("--name <name>", "lower-case words joined by - (default: release-<date>)"),
    new Option(
      "--web-seed <url>",
      "folder on a web server that will hold the release; may be repeated",
    ).argParser(collect),
    new Option("--announce <url>", "tracker to announce to; may be repeated").argParser(collect),
    new Option("--up-to <size>", "give out so much sound at most; 0: metadata only").argParser(parseSize),
    dryRunOption(),
  ],
  input: z.object({
    name: z.string().optional(),
    webSeed: z.array(z.string()).default([]),
    announce: z.array(z.string()).default([]),
    upTo: z.number().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax release create", "release what is packed and free, under the name of the day"],
    ["deadwax release create --up-to 100GB", "the most popular first; the rest is described only"],
    ["deadwax release create --name spring-2026 --dry-run", "say what would go out, and what not"],
    [
      "deadwax release create --announce udp://tracker.example.org:6969/announce --web-seed https://example.org/r/",
      "with a tracker and a web seed in the torrents",
    ],
  ],
  exitCodes: [10, 11, 12, 13, 14, 130],
  kind: "does",
  async run(context, { name, webSeed, announce, upTo, dryRun }) {
    const archive = await context.openArchive();
    const { releaseArchive } = await import("../release-archive.ts");
    const wishes = { name, webSeeds: webSeed, announce, upToBytes: upTo, dryRun };
    const release = () => releaseArchive(context, archive, wishes);
    const summary = dryRun ? await release() : await context.writing(archive, release);
    if (summary.created) context.reporter.note(`next: deadwax release verify "${summary.folder}"`);
    return { summary: { ...summary, dryRun }, show: (output) => showRelease(output, summary) };
  },
});
