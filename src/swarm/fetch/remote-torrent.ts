import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FailedError, IntegrityError, systemErrorCode, UsageError } from "../../core/index.ts";
import { parseMagnet } from "../../formats/torrent/magnet.ts";
import { MAX_TORRENT_BYTES, type ParsedTorrent, parseTorrent } from "../../formats/torrent/parse-torrent.ts";
import { MAX_ANNOUNCEMENT_BYTES, openAnnouncement } from "../../release/index.ts";
import { type SwarmOptions, SwarmSearch } from "./swarm-search.ts";
import { fetchBytes } from "./web-source.ts";

export interface RemoteTorrent {
  readonly torrent: ParsedTorrent;
  /** Web seeds (BEP 19), those that the torrent names itself among them; each ends in a slash. */
  readonly webSeeds: readonly string[];
  /** Those who may have it. To be closed. */
  readonly swarm: SwarmSearch;
}

/**
 * Gets the hybrid torrent of a release by the URL or path of its announcement (`<name>.json`) or of the torrent itself, or by a
 * magnet link from peers, those that its trackers name too. Throws `UsageError` for what is none of these, `FailedError` when it cannot be had.
 */
export async function readRemoteTorrent(from: string, options: SwarmOptions): Promise<RemoteTorrent> {
  if (from.startsWith("magnet:")) return await byMagnet(from, options);
  const { signal } = options;
  const isWeb = /^https?:\/\//i.test(from);
  const read = (name: string, maxBytes: number): Promise<Buffer> =>
    isWeb ? fetchBytes(name, null, maxBytes, signal) : readLocal(name, maxBytes);
  const beside = (name: string): string => (isWeb ? new URL(name, from).href : join(dirname(from), name));
  const webSeeds = isWeb ? [new URL("./", from).href] : [];
  if (!/\.json$/i.test(isWeb ? new URL(from).pathname : from)) {
    return remote(parsed(await read(from, MAX_TORRENT_BYTES), from), webSeeds, options);
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
  return remote(parsed(bytes, hybrid.file), webSeeds, options);
}

function remote(torrent: ParsedTorrent, webSeeds: readonly string[], options: SwarmOptions): RemoteTorrent {
  const { infohashV1, infohashV2, announce, isPrivate } = torrent;
  const ids = { infohashV1, infohashV2: infohashV2?.subarray(0, 20) ?? null };
  const swarm = new SwarmSearch(options, { ...ids, trackers: announce, isPrivate });
  return { torrent, webSeeds: [...webSeeds, ...torrent.urlList], swarm };
}

async function byMagnet(link: string, options: SwarmOptions): Promise<RemoteTorrent> {
  const magnet = parseMagnet(link);
  const infohashV2 = magnet?.infohashV2;
  if (magnet === null || infohashV2 == null) {
    throw new UsageError("the magnet link has no v2 infohash (xt=urn:btmh:1220…)", {
      hint: "give the magnet link of the hybrid torrent",
    });
  }
  const ids = { infohashV1: magnet.infohashV1, infohashV2: infohashV2.subarray(0, 20) };
  const swarm = new SwarmSearch(options, { ...ids, trackers: magnet.announce, isPrivate: false });
  try {
    const info = await swarm.metadata((bytes) =>
      createHash("sha256").update(bytes).digest().equals(infohashV2),
    );
    const bytes = Buffer.concat([Buffer.from("d4:info"), info, Buffer.from("e")]);
    const torrent = parsed(bytes, link);
    // What was learned before that was known is not used for a private one.
    if (torrent.isPrivate) await swarm.close();
    return torrent.isPrivate
      ? remote({ ...torrent, announce: magnet.announce }, magnet.urlList, options)
      : { torrent, webSeeds: magnet.urlList, swarm };
  } catch (error) {
    await swarm.close();
    throw error;
  }
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
