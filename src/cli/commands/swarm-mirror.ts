import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT, UsageError } from "../../core/errors.ts";
import { formatSize, parseSize } from "../../core/sizes.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { collect, dhtOptions, dryRunOption, encryptionOption, parseCount, parsePort } from "../options.ts";
import { type Field, printFields } from "../report/table.ts";

export const swarmMirrorCommand: RegisteredCommand = defineCommand({
  path: ["swarm", "mirror"],
  summary: "lend disk to an archive: fetch what needs copies most, prove it, give it away",
  details:
    "Follows a feed (URL or path of feed.json): chooses by collection and licence, then by the copies that releases have, as far as\n" +
    "the space goes; gets them from peers and web servers, proves every piece, seeds them until Ctrl-C, takes up what is new,\n" +
    "and deletes what was revoked. With --via a torrent client that runs already fetches and seeds. Who signed the first feed is followed from then on, and nobody else. Stopped or\n" +
    "killed, the same command goes on where it was. Needs no archive of its own.",
  arguments: [new Argument("<feed>", "URL or path of the archive's feed.json")],
  options: [
    new Option("--space <size>", "disk that is lent, like 2TB").argParser(parseSize).makeOptionMandatory(),
    new Option("--into <folder>", "where it is kept").default("mirror"),
    new Option("--group <name>", "a collection that is wanted; may be repeated (default: any)").argParser(
      collect,
    ),
    new Option(
      "--licence <spdx>",
      "take only releases whose every licence is named; may be repeated",
    ).argParser(collect),
    new Option("--only <glob>", "releases whose name fits, like 'live-*'"),
    new Option("--signer <did>", "refuse a feed that somebody else signed (did:key:…)"),
    new Option("--custodian <name>", "what chooses between equals for you (default: by chance, once)"),
    new Option("--peer <host:port>", "a peer that has releases; may be repeated").argParser(collect),
    new Option("--host <address>", "the address to listen on (default: all of this machine)"),
    new Option("--port <number>", "the TCP port for peers; 0 takes any").argParser(parsePort).default(6881),
    new Option("--http-port <number>", "also give over HTTP there; 0 takes any").argParser(parsePort),
    encryptionOption(),
    new Option("--no-announce", "do not tell the trackers that the torrents name"),
    ...dhtOptions(),
    new Option("--up-limit <size>", "bytes a second for all together, like 5MB").argParser(parseSize),
    new Option("--every <seconds>", "how often the feed is read").argParser(parseCount).default(900),
    new Option("--via <client>", "let qBittorrent or Transmission do it: qbittorrent://user@host:8080").env(
      "DEADWAX_VIA",
    ),
    new Option(
      "--via-folder <path>",
      "where that client is to put releases, as it sees it (default: --into)",
    ),
    new Option("--once", "fetch what is assigned and end, without seeding"),
    dryRunOption(),
  ],
  input: z.object({
    feed: z.string(),
    space: z.number(),
    into: z.string(),
    group: z.array(z.string()).default([]),
    licence: z.array(z.string()).default([]),
    only: z.string().optional(),
    signer: z.string().optional(),
    custodian: z.string().min(1).max(200).optional(),
    peer: z.array(z.string()).default([]),
    host: z.string().optional(),
    port: z.number(),
    httpPort: z.number().optional(),
    encryption: z.enum(["prefer", "require", "off"]),
    announce: z.boolean().default(true),
    dht: z.boolean().default(false),
    dhtNode: z.array(z.string()).default([]),
    upLimit: z.number().optional(),
    every: z.number(),
    via: z.string().optional(),
    viaFolder: z.string().optional(),
    once: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    [
      "deadwax swarm mirror https://archive.example/releases/feed.json --space 2TB",
      "keep two terabytes of it",
    ],
    [
      "deadwax swarm mirror https://archive.example/releases/feed.json --space 500GB --licence CC0-1.0 --dry-run",
      "say what would be fetched of the public domain",
    ],
    [
      "deadwax swarm mirror https://archive.example/releases/feed.json --space 20TB --via qbittorrent://admin@nas:8080 --via-folder /data",
      "drive a client that runs already (its password in DEADWAX_VIA_PASSWORD)",
    ],
  ],
  exitCodes: [3, 12, 14, 130],
  kind: "does",
  async run(context, input) {
    const {
      ClientKeeper,
      clientAt,
      globPattern,
      mirrorFeed,
      mirrorFolder,
      OwnKeeper,
      parsePeerAddress,
      Seeding,
    } = await import("../../swarm/index.ts");
    if (input.every < 1) throw new UsageError("--every is one second at least");
    const { reporter, signal } = context;
    const folder = mirrorFolder(context.resolvePath(input.into));
    const isSeeding = !input.once && !input.dryRun;
    const { host, port, httpPort = null, encryption, announce } = input;
    const summary = await mirrorFeed({
      feed: /^https?:\/\//i.test(input.feed) ? input.feed : context.resolvePath(input.feed),
      folder,
      wishes: {
        spaceBytes: input.space,
        groups: input.group,
        licences: input.licence,
        only: input.only === undefined ? null : globPattern(input.only),
      },
      custodian: input.custodian ?? null,
      signer: input.signer ?? null,
      everyMs: input.once ? null : input.every * 1000,
      dryRun: input.dryRun,
      reporter,
      signal,
      openKeeper: async (signer) => {
        if (input.via !== undefined) {
          const client = clientAt(input.via, context.host.environment.DEADWAX_VIA_PASSWORD);
          const upBytesPerSecond = input.upLimit ?? null;
          return new ClientKeeper({
            client,
            signer,
            folder: input.viaFolder ?? folder.releases,
            upBytesPerSecond,
          });
        }
        const limits = { maxConnections: 500, maxConnectionsPerAddress: 16, uploadSlots: 100 };
        const seeding = isSeeding
          ? new Seeding({
              ...limits,
              reporter,
              host,
              port,
              httpPort,
              announce,
              dht: input.dht
                ? { bootstrap: input.dhtNode.length > 0 ? input.dhtNode.map(parsePeerAddress) : null }
                : null,
              encryption,
              upBytesPerSecond: input.upLimit ?? null,
              folder: folder.releases,
            })
          : null;
        const ports = await seeding?.listen();
        if (ports) {
          reporter.record({ type: "seeding", host: host ?? null, ...ports });
          reporter.note(`seeding on port ${ports.port}; Ctrl-C ends it`);
        }
        const peers = input.peer.map(parsePeerAddress);
        return new OwnKeeper({
          folder,
          signer,
          spaceBytes: input.space,
          peers,
          encryption,
          seeding,
          reporter,
        });
      },
    });
    return {
      summary: { ...summary, dryRun: input.dryRun },
      exitCode: summary.failed.length > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) => printFields(output, fieldsOf(summary, input.dryRun)),
    };
  },
});

function fieldsOf(
  summary: Awaited<ReturnType<typeof import("../../swarm/index.ts").mirrorFeed>>,
  isDryRun: boolean,
): readonly Field[] {
  const names = (list: readonly string[]): string => (list.length === 0 ? "nothing" : list.join(", "));
  const dropped = summary.dropped.map(({ name, why }) => `${name} (${why})`);
  return [
    ["follows", summary.signer],
    ["keeps", names(summary.kept), "bold"],
    ...(summary.keptForOthers.length > 0
      ? [["for others", names(summary.keptForOthers)] satisfies Field]
      : []),
    ...(summary.hidden.length > 0 ? [["not given away", names(summary.hidden)] satisfies Field] : []),
    isDryRun ? ["would fetch", names(summary.planned)] : ["fetched", names(summary.fetched)],
    [isDryRun ? "would delete" : "deleted", names(dropped)],
    ...summary.failed.map(({ name, reason }): Field => ["failed", `${name}: ${reason}`, "red"]),
    ...(isDryRun
      ? []
      : [
          ["received", formatSize(summary.receivedBytes)] satisfies Field,
          ["already here", formatSize(summary.linkedBytes)] satisfies Field,
          [
            "given",
            summary.uploadedBytes === null ? null : formatSize(summary.uploadedBytes),
          ] satisfies Field,
        ]),
  ];
}
