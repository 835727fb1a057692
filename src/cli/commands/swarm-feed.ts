import { Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { type Column, printTable, sizeCell } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "RELEASE" },
  { name: "STATE" },
  { name: "TRACKS", align: "right" },
  { name: "SIZE", align: "right" },
  { name: "COPIES", align: "right" },
  { name: "LICENCES", shrinks: true },
];

export const swarmFeedCommand: RegisteredCommand = defineCommand({
  path: ["swarm", "feed"],
  summary: "write the signed list of all releases that volunteers follow, and RSS",
  details:
    "feed.json and, with --url, feed.xml stand among the releases: any web server, or deadwax swarm seed --http-port, gives them\n" +
    "away. What is embargoed or revoked is listed without a way to get it. Write it again after each release, statement\n" +
    "and measure of health; a mirror follows it: deadwax swarm mirror.",
  options: [
    new Option("--url <url>", "where the folder of the releases is on the web (for RSS)").argParser(parseUrl),
  ],
  input: z.object({ url: z.string().optional() }),
  examples: [
    ["deadwax swarm feed", "feed.json beside the releases"],
    [
      "deadwax swarm feed --url https://archive.example/releases/",
      "and feed.xml for torrent clients that read RSS",
    ],
  ],
  exitCodes: [10],
  kind: "does",
  async run(context, { url }) {
    const { writeFeed } = await import("../../swarm/index.ts");
    const archive = await context.openArchive();
    const { reporter, clock } = context;
    const written = await context.writing(archive, () =>
      writeFeed({ archive, reporter, url: url ?? null, clock }),
    );
    for (const file of written.files) reporter.note(`wrote ${file}`);
    return {
      summary: { files: written.files, releases: written.feed.releases.length },
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          written.feed.releases.map(({ name, state, tracks, sizeBytes, health, licences }) => [
            name,
            state,
            tracks,
            sizeCell(output, sizeBytes),
            health?.effectiveCopies ?? null,
            licences.map(({ licence }) => licence).join(", "),
          ]),
        ),
    };
  },
});

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError(`"${text}" is no web address`, { hint: "it begins with https:// or http://" });
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
