import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FailedError, IntegrityError, systemErrorCode, UsageError } from "../../core/index.ts";
import { parseMagnet } from "../../formats/torrent/magnet.ts";
import { MAX_TORRENT_BYTES, type ParsedTorrent, parseTorrent } from "../../formats/torrent/parse-torrent.ts";
import { MAX_ANNOUNCEMENT_BYTES, openAnnouncement } from "../../release/index.ts";
import type { PeerAddress } from "../peer/greet.ts";
import { type ConnectOptions, PeerSource } from "./peer-source.ts";
import { fetchBytes } from "./web-source.ts";

export interface RemoteTorrent {
  readonly torrent: ParsedTorrent;
  /** Web seeds (BEP 19) beside those that the torrent names itself; each ends in a slash. */
  readonly webSeeds: readonly string[];
}

/**
 * Gets the hybrid torrent of a release by the URL or path of its announcement (`<name>.json`) or of the torrent itself, or by a
 * magnet link and peers. Throws `UsageError` for what is none of these, `FailedError` when it cannot be had.
 */
export async function readRemoteTorrent(
  from: string,
  peers: readonly PeerAddress[],
  { encryption, signal }: ConnectOptions = {},
): Promise<RemoteTorrent> {
  if (from.startsWith("magnet:")) return await byMagnet(from, peers, { encryption, signal });
  const isWeb = /^https?:\/\//i.test(from);
  const read = (name: string, maxBytes: number): Promise<Buffer> =>
    isWeb ? fetchBytes(name, null, maxBytes, signal) : readLocal(name, maxBytes);
  const beside = (name: string): string => (isWeb ? new URL(name, from).href : join(dirname(from), name));
  const webSeeds = isWeb ? [new URL("./", from).href] : [];
  if (!/\.json$/i.test(isWeb ? new URL(from).pathname : from)) {
    return { torrent: parsed(await read(from, MAX_TORRENT_BYTES), from), webSeeds };
  }
  const opened = openAnnouncement(await read(from, MAX_ANNOUNCEMENT_BYTES));
  if (!opened.ok) throw new IntegrityError(`"${from}" is no announcement of a release: ${opened.reason}`);
  const hybrid = opened.announcement.torrents.find(({ kind }) => kind === "hybrid");
  if (hybrid === undefined)
    throw new FailedError(`the release "${opened.announcement.name}" has no hybrid torrent`);
  const bytes = await read(beside(hybrid.file), MAX_TORRENT_BYTES);
  if (createHash("sha256").update(bytes).digest("hex") !== hybrid.sha256) {
    throw new IntegrityError(`"${beside(hybrid.file)}" is not the torrent that "${from}" announces`);
  }
  return { torrent: parsed(bytes, hybrid.file), webSeeds };
}

async function byMagnet(
  link: string,
  peers: readonly PeerAddress[],
  options: ConnectOptions,
): Promise<RemoteTorrent> {
  const magnet = parseMagnet(link);
  if (magnet?.infohashV2 == null) {
    throw new UsageError("the magnet link has no v2 infohash (xt=urn:btmh:1220…)", {
      hint: "give the magnet link of the hybrid torrent",
    });
  }
  const reasons: string[] = [];
  for (const address of peers) {
    try {
      const peer = await PeerSource.connect(address, magnet.infohashV2.subarray(0, 20), options);
      try {
        const info = await peer.metadata();
        if (createHash("sha256").update(info).digest().equals(magnet.infohashV2)) {
          const bytes = Buffer.concat([Buffer.from("d4:info"), info, Buffer.from("e")]);
          return { torrent: parsed(bytes, link), webSeeds: magnet.urlList };
        }
        reasons.push(`peer ${peer.name} sends another info dictionary`);
      } finally {
        peer.close();
      }
    } catch (error) {
      if (!(error instanceof FailedError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new FailedError(
    `nobody gives the metadata of the magnet link: ${reasons.join("; ") || "no peer is known"}`,
    {
      hint: "name a peer that has it: --peer HOST:PORT",
    },
  );
}

function parsed(bytes: Buffer, name: string): ParsedTorrent {
  const result = parseTorrent(bytes, MAX_TORRENT_BYTES, { layersMayBeMissing: true });
  if (!result.ok) throw new UsageError(`"${name}" is no torrent: ${result.reason}`);
  if (result.torrent.infohashV2 !== null) return result.torrent;
  throw new UsageError(`"${name}" is a v1 torrent, which names no files by their roots`, {
    hint: "give the hybrid torrent, or the release's announcement (<name>.json)",
  });
}

async function readLocal(path: string, maxBytes: number): Promise<Buffer> {
  try {
    if ((await stat(path)).size > maxBytes)
      throw new UsageError(`"${path}" is larger than ${maxBytes} bytes`);
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    throw new UsageError(`"${path}" is not there`, {
      hint: "give the URL or path of a release's <name>.json or <name>.torrent, or a magnet link",
    });
  }
}
