import { Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { collect, encryptionOption, parseCount } from "../options.ts";
import { type Column, printTable, sizeCell } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "RELEASE" },
  { name: "SIZE", align: "right" },
  { name: "SEEDERS", align: "right" },
  { name: "LEECHERS", align: "right" },
  { name: "ASKED", align: "right" },
  { name: "COPIES", align: "right" },
  { name: "TREND", align: "right" },
  { name: "LAST SEEN" },
  { name: "STATE" },
];

export const swarmHealthCommand: RegisteredCommand = defineCommand({
  path: ["swarm", "health"],
  summary: "how many copies of each release are really there",
  details:
    "Trackers say how many claim to have a release; of two swarms of one release the larger counts. Peers that they name, and\n" +
    "those given, are then asked for leaves of 16 KiB that they cannot foresee, with the path to the signed root: who gives\n" +
    "them is an effective copy. A peer that lacks a tenth of the bytes passes 40 leaves once in 68 times.",
  options: [
    new Option("--only <glob>", "releases whose name fits, like 'live-*' (default: all)"),
    new Option("--peer <host:port>", "a peer to ask; may be given several times").argParser(collect),
    new Option("--leaves <number>", "asked of each peer").argParser(parseCount).default(40),
    new Option("--max-peers <number>", "asked for each release").argParser(parseCount).default(50),
    new Option("--red <copies>", "fewer than these are an alarm").argParser(parseCount).default(4),
    new Option("--yellow <copies>", "fewer than these are few").argParser(parseCount).default(10),
    encryptionOption(),
  ],
  input: z.object({
    only: z.string().optional(),
    peer: z.array(z.string()).default([]),
    leaves: z.number(),
    maxPeers: z.number(),
    red: z.number(),
    yellow: z.number(),
    encryption: z.enum(["prefer", "require", "off"]),
  }),
  examples: [
    ["deadwax swarm health", "every release; exit code 3 when one has fewer than 4 copies"],
    ["deadwax swarm health --peer 192.0.2.7:6881 --leaves 460", "1 % of damage is found 99 times in 100"],
  ],
  exitCodes: [3, 10, 130],
  kind: "tells",
  async run(context, input) {
    const { measureHealth, parsePeerAddress, readHealth } = await import("../../swarm/index.ts");
    const archive = await context.openArchive();
    const healths = await measureHealth({
      archive,
      reporter: context.reporter,
      signal: context.signal,
      only: input.only,
      peers: input.peer.map(parsePeerAddress),
      encryption: input.encryption,
      leaves: input.leaves,
      maxPeers: input.maxPeers,
      limits: { red: input.red, yellow: input.yellow },
    });
    for (const { release, faults } of healths) {
      for (const { peer, reason } of faults) context.reporter.note(`${release}: ${peer}: ${reason}`);
    }
    const histories = await readHealth(archive);
    const red = healths.filter(({ colour }) => colour === "red").length;
    return {
      summary: { releases: healths.length, red },
      exitCode: red > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          healths.map((health) => [
            health.release,
            sizeCell(output, health.sizeBytes),
            health.seeders,
            health.leechers,
            health.challenged,
            health.effectiveCopies,
            trendText(histories.get(health.release)?.trend ?? null),
            histories.get(health.release)?.lastSeen ?? "never",
            health.colour,
          ]),
        ),
    };
  },
});

/** Copies more or fewer than about a week ago. */
function trendText(trend: number | null): string | null {
  return trend === null || trend <= 0 ? (trend?.toString() ?? null) : `+${trend}`;
}
