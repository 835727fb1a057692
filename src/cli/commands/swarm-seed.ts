import { Option } from "commander";
import { z } from "zod";
import { formatSize, parseSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { dhtOptions, encryptionOption, parseCount, parsePort } from "../options.ts";
import { printFields } from "../report/table.ts";

export const swarmSeedCommand: RegisteredCommand = defineCommand({
  path: ["swarm", "seed"],
  summary: "give the releases of the archive to every peer that asks, until Ctrl-C",
  details:
    "Peers that know a torrent or a magnet link of a release connect over TCP; one copy of the bytes serves the hybrid and\n" +
    "the v1 torrent. With --http-port the same files are also there for browsers and as a web seed. The trackers\n" +
    "that the torrents name are told. Nothing is hashed first: to prove what is on disk run deadwax release verify.",
  options: [
    new Option("--only <glob>", "releases whose name fits, like 'live-*' (default: all)"),
    new Option("--host <address>", "the address to listen on (default: all of this machine)"),
    new Option("--port <number>", "the TCP port for peers; 0 takes any").argParser(parsePort).default(6881),
    new Option("--http-port <number>", "also serve over HTTP there; 0 takes any").argParser(parsePort),
    encryptionOption(),
    new Option("--no-announce", "do not tell the trackers that the torrents name"),
    ...dhtOptions(),
    new Option("--up-limit <size>", "bytes a second for all together, like 5MB").argParser(parseSize),
    new Option("--up-limit-per-release <size>", "bytes a second for each release").argParser(parseSize),
    new Option(
      "--super-seed [glob]",
      "offer pieces of new releases one by one until each is with somebody (default: of all)",
    ),
    new Option("--connections <number>", "most at the same time").argParser(parseCount).default(500),
    new Option("--connections-per-address <number>", "most from one address")
      .argParser(parseCount)
      .default(16),
    new Option("--connections-per-release <number>", "most for one release")
      .argParser(parseCount)
      .default(300),
    new Option("--slots <number>", "peers served at the same time; others take turns")
      .argParser(parseCount)
      .default(100),
  ],
  input: z.object({
    only: z.string().optional(),
    host: z.string().optional(),
    port: z.number(),
    httpPort: z.number().optional(),
    encryption: z.enum(["prefer", "require", "off"]),
    announce: z.boolean().default(true),
    dht: z.boolean().default(false),
    dhtNode: z.array(z.string()).default([]),
    upLimit: z.number().optional(),
    upLimitPerRelease: z.number().optional(),
    superSeed: z.union([z.string(), z.literal(true)]).optional(),
    connections: z.number(),
    connectionsPerAddress: z.number(),
    connectionsPerRelease: z.number(),
    slots: z.number(),
  }),
  examples: [
    ["deadwax swarm seed", "everything that is released, on port 6881"],
    ["deadwax swarm seed --only 'live-*' --up-limit 2MB", "some of it, at two megabytes a second"],
    ["deadwax swarm seed --super-seed 'music-7'", "the first copies of a new release"],
    ["deadwax swarm seed --http-port 8080", "to peers, and as a web seed"],
  ],
  exitCodes: [10],
  kind: "does",
  async run(context, input) {
    const { parsePeerAddress, seedReleases } = await import("../../swarm/index.ts");
    const summary = await seedReleases({
      archive: await context.openArchive(),
      reporter: context.reporter,
      signal: context.signal,
      only: input.only,
      host: input.host,
      port: input.port,
      httpPort: input.httpPort ?? null,
      encryption: input.encryption,
      announce: input.announce,
      dht: input.dht
        ? { bootstrap: input.dhtNode.length > 0 ? input.dhtNode.map(parsePeerAddress) : null }
        : null,
      upBytesPerSecond: input.upLimit ?? null,
      upBytesPerSecondPerRelease: input.upLimitPerRelease ?? null,
      superSeed: input.superSeed === true ? "*" : input.superSeed,
      maxConnections: input.connections,
      maxConnectionsPerAddress: input.connectionsPerAddress,
      maxConnectionsPerRelease: input.connectionsPerRelease,
      uploadSlots: input.slots,
    });
    return {
      summary: { ...summary },
      show: (output) =>
        printFields(output, [
          ["seeded", `${summary.releases} releases, ${formatSize(summary.sizeBytes)}`, "bold"],
          ["uploaded", formatSize(summary.uploadedBytes)],
          ...Object.entries(summary.uploadedByRelease).map(([release, bytes]): [string, string] => [
            `  ${release}`,
            formatSize(bytes),
          ]),
        ]),
    };
  },
});
