import { createReadStream } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT, UsageError } from "../../core/errors.ts";
import { formatSize } from "../../core/sizes.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { collect, dhtOptions, encryptionOption } from "../options.ts";
import { type Column, printTable, sizeCell } from "../report/table.ts";

/** Somebody waits for the answer: BEP 15 would wait for a quarter of a minute. */
const TRACKER_WAIT = { firstWaitMs: 4000, tries: 2 };
const COLUMNS: readonly Column[] = [
  { name: "TRACK" },
  { name: "SIZE", align: "right" },
  { name: "OVER THE WIRE", align: "right" },
  { name: "LICENCE" },
  { name: "FILE", shrinks: true },
];

export const getCommand: RegisteredCommand = defineCommand({
  path: ["get"],
  summary: "take single tracks out of a release that lies elsewhere, and prove them",
  details:
    "Only the 16 KiB blocks that a track lies in are fetched, from all peers and web servers at once. The bytes are proved by\n" +
    "the signed track table of the release; whoever sends wrong ones is let go. Needs no archive. Stopped, it goes on where it was.",
  arguments: [
    new Argument(
      "[tracks...]",
      "track ids, ISRCs, or words of title, artist and album (quoted: all have to fit)",
    ),
  ],
  options: [
    new Option(
      "--release <place>",
      "the release's <name>.json or <name>.torrent (URL or path), or its magnet link",
    ).makeOptionMandatory(),
    new Option("--peer <host:port>", "a peer that has it; may be given several times").argParser(collect),
    new Option("--no-trackers", "do not ask the trackers that the torrent names for peers"),
    ...dhtOptions(),
    encryptionOption(),
    new Option("-o, --output <file>", "the file to write, for one track"),
    new Option("--into <folder>", "a folder for the files"),
    new Option(
      "--list <file>",
      "a playlist: one track a line, as above; # begins a remark, - is standard input",
    ),
    new Option("--all", "take every track that fits"),
    new Option("--signer <did>", "refuse a release that somebody else signed (did:key:…)"),
    new Option("--force", "write over files that are there"),
    new Option("--cache <folder>", "keeps track tables (default: XDG_CACHE_HOME or ~/.cache, deadwax)"),
  ],
  input: z.object({
    tracks: z.array(z.string()),
    release: z.string(),
    peer: z.array(z.string()).default([]),
    trackers: z.boolean().default(true),
    dht: z.boolean().default(false),
    dhtNode: z.array(z.string()).default([]),
    encryption: z.enum(["prefer", "require", "off"]),
    output: z.string().optional(),
    into: z.string().optional(),
    list: z.string().optional(),
    all: z.boolean().default(false),
    signer: z.string().optional(),
    force: z.boolean().default(false),
    cache: z.string().optional(),
  }),
  examples: [
    [
      "deadwax get QZDWX2400001 --release https://archive.example/music-1.json -o track.ogg",
      "one track, from a web server",
    ],
    ["deadwax get CZ07YVRR3A37G --release music-1.torrent --peer 192.0.2.7:6881 -o track.ogg", "from a peer"],
    [
      "deadwax get 'lena orsa' --all --release https://archive.example/music-1.json --into music",
      "all that fit",
    ],
    [
      "deadwax get --list songs.txt --release https://archive.example/music-1.json --into music",
      "a playlist, one track a line",
    ],
  ],
  exitCodes: [3, 12, 14, 130],
  kind: "does",
  async run(context, input) {
    const { Dht, getTracks, parsePeerAddress, Trackers } = await import("../../swarm/index.ts");
    const listed = input.list === undefined ? [] : await readList(context, input.list);
    const queries = [...input.tracks, ...listed];
    if (queries.length === 0) {
      throw new UsageError("say which tracks", { hint: "track ids, ISRCs, words, or --list FILE" });
    }
    if ((input.output === undefined) === (input.into === undefined)) {
      throw new UsageError("say where to: -o FILE for one track, --into FOLDER for any number");
    }
    const isElsewhere = /^(https?:\/\/|magnet:)/i.test(input.release);
    const caches = context.host.environment.XDG_CACHE_HOME ?? join(homedir(), ".cache");
    const bootstrap = input.dhtNode.length > 0 ? input.dhtNode.map(parsePeerAddress) : null;
    const dht = input.dht ? await Dht.open({ port: 0, bootstrap }) : null;
    const summary = await getTracks({
      queries,
      from: isElsewhere ? input.release : context.resolvePath(input.release),
      peers: input.peer.map(parsePeerAddress),
      trackers: input.trackers ? new Trackers(TRACKER_WAIT) : null,
      dht,
      encryption: input.encryption,
      signer: input.signer ?? null,
      output:
        input.output !== undefined
          ? { file: context.resolvePath(input.output) }
          : { folder: context.resolvePath(input.into ?? ".") },
      all: input.all,
      force: input.force,
      cacheFolder: input.cache === undefined ? join(caches, "deadwax") : context.resolvePath(input.cache),
      reporter: context.reporter,
      signal: context.signal,
    }).finally(() => dht?.close());
    return {
      summary: { ...summary },
      exitCode: summary.failed.length > 0 ? EXIT.someItemsFailed : EXIT.ok,
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          summary.tracks.map(({ trackId, sizeBytes, receivedBytes, licence, path }) => [
            trackId,
            sizeCell(output, sizeBytes),
            formatSize(receivedBytes),
            licence,
            path,
          ]),
        ),
    };
  },
});

const MAX_LIST_BYTES = 16 * 1024 * 1024;

async function readList(context: CommandContext, path: string): Promise<readonly string[]> {
  const bytes = await readAll(
    path === "-" ? process.stdin : createReadStream(context.resolvePath(path)),
    MAX_LIST_BYTES,
  );
  return bytes
    .toString("utf8")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

async function readAll(stream: AsyncIterable<Buffer | string>, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(Buffer.from(part));
    bytes += part.length;
    if (bytes > maxBytes) throw new UsageError(`a list of more than ${maxBytes} bytes is too long`);
  }
  return Buffer.concat(parts);
}
