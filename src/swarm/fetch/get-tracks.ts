import { link, lstat, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  DeadwaxError,
  ensureFolder,
  explainSystemError,
  IntegrityError,
  type Reporter,
  syncFolder,
  systemErrorCode,
  throwIfAborted,
  UsageError,
} from "../../core/index.ts";
import { parseIsrc, parseTrackId, trackIdToBigInt } from "../../formats/identifiers/index.ts";
import { createTableReader, payloadPath, type ReleasedTrack, type TrackQuery } from "../../release/index.ts";
import { fetchStretch } from "./fetch-stretch.ts";
import { trackFileName } from "./plan-output.ts";
import { bySha256 } from "./proof.ts";
import { openRemoteRelease, type RemoteRelease } from "./remote-release.ts";
import type { SwarmOptions } from "./swarm-search.ts";

export interface GetTracksOptions extends SwarmOptions {
  /** Each a track id, an ISRC, or words of title, artist and album. */
  readonly queries: readonly string[];
  /** URL or path of the release's announcement or hybrid torrent, or a magnet link. */
  readonly from: string;
  readonly signer: string | null;
  /** A file for one track, or a folder for any number. */
  readonly output: { readonly file: string } | { readonly folder: string };
  /** Whether words that fit several tracks mean all of them. */
  readonly all: boolean;
  readonly force: boolean;
  readonly cacheFolder: string;
}

export interface GotTrack {
  readonly trackId: string;
  readonly title: string | null;
  readonly artist: string | null;
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Bytes that came over the wire for it in this run; 0 when the file was there. */
  readonly receivedBytes: number;
  /** Until the first block came, connecting included; null when all was there from an earlier run. */
  readonly firstByteMs: number | null;
  readonly liars: readonly string[];
  readonly path: string;
}

export interface GetSummary {
  readonly release: string;
  readonly signer: string;
  readonly tracks: readonly GotTrack[];
  readonly failed: readonly { readonly trackId: string; readonly reason: string }[];
  /** For the release's document and track table, when they were not known yet. */
  readonly overheadBytes: number;
}

const MAX_MATCHES = 10_000;
const SHOWN_MATCHES = 10;

/** Takes single tracks out of a release that lies elsewhere, each proved by what was signed. One that cannot be had is listed. */
export async function getTracks(options: GetTracksOptions): Promise<GetSummary> {
  const release = await openRemoteRelease(options);
  try {
    return await getFrom(release, options);
  } finally {
    await release.close();
  }
}

async function getFrom(release: RemoteRelease, options: GetTracksOptions): Promise<GetSummary> {
  const { reporter, signal } = options;
  const wanted = await findTracks(release, options);
  if ("file" in options.output && wanted.length > 1) {
    throw new UsageError(`${wanted.length} tracks do not go into one file`, {
      hint: "give a folder: --into FOLDER",
    });
  }
  const progress = reporter.progress(
    "tracks",
    "bytes",
    wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  const tracks: GotTrack[] = [];
  const failed: { trackId: string; reason: string }[] = [];
  try {
    for (const track of wanted) {
      throwIfAborted(signal);
      const path =
        "file" in options.output
          ? resolve(options.output.file)
          : join(resolve(options.output.folder), trackFileName(track));
      try {
        const got = await getTrack(release, track, path, options, progress);
        tracks.push(got);
        reporter.record({ type: "track", ...got });
      } catch (error) {
        throwIfAborted(signal);
        if (wanted.length === 1 || !(error instanceof DeadwaxError)) throw error;
        failed.push({ trackId: track.trackId, reason: error.message });
        reporter.warn(`${track.trackId} (${track.title ?? "untitled"}): ${error.message}`);
      }
    }
  } finally {
    progress.finish();
  }
  const { document, signer, receivedBytes } = release;
  return { release: document.name, signer, tracks, failed, overheadBytes: receivedBytes };
}

async function getTrack(
  release: RemoteRelease,
  track: ReleasedTrack,
  path: string,
  { force, signal }: GetTracksOptions,
  progress: ReturnType<Reporter["progress"]>,
): Promise<GotTrack> {
  const shardPath = payloadPath(track.shard);
  const file = release.torrent.files.find((one) => one.path.join("/") === shardPath);
  const endBytes = track.offsetBytes + track.sizeBytes;
  if (!file || endBytes > file.sizeBytes) {
    throw new IntegrityError(`the track table names a place that "${release.document.name}" does not have`);
  }
  const { trackId, title, artist, licence, attribution, sizeBytes, sha256 } = track;
  if (!force) await requireFree(path);
  await ensureFolder(dirname(path));
  const part = `${path}.part`;
  const fetched = await fetchStretch({
    torrent: release.torrent,
    file,
    startBytes: track.offsetBytes,
    endBytes,
    proof: bySha256(sha256),
    key: `${sha256} ${file.piecesRoot?.toString("hex")} ${track.offsetBytes}`,
    path: part,
    openSources: release.openSources,
    progress,
    signal,
  });
  try {
    await giveName(part, path, force);
    await syncFolder(dirname(path));
  } catch (error) {
    throw explainSystemError(error, `writing "${path}"`);
  }
  const { receivedBytes, firstByteMs, liars } = fetched;
  const said = { trackId, title, artist, licence, attribution, sizeBytes, sha256 };
  return { ...said, receivedBytes, firstByteMs, liars, path };
}

async function findTracks(
  { trackTable, document }: RemoteRelease,
  { queries, all, signal }: GetTracksOptions,
): Promise<readonly ReleasedTrack[]> {
  const reader = createTableReader(signal);
  const found = new Map<string, ReleasedTrack>();
  try {
    for (const text of queries) {
      const query = parseQuery(text);
      const result = await reader.find(trackTable, query, MAX_MATCHES);
      if (!result.ok) throw new IntegrityError(`the track table of "${document.name}": ${result.reason}`);
      const matches = result.value;
      if (matches.length === 0) {
        throw new UsageError(`nothing that fits "${text}" is in the release "${document.name}"`, {
          hint: "give a track id, an ISRC, or words of title, artist and album",
        });
      }
      if (matches.length > 1 && !all) {
        const shown = matches
          .slice(0, SHOWN_MATCHES)
          .map(({ trackId, title, artist }) => `${trackId} (${title ?? "untitled"}, ${artist ?? "unknown"})`);
        throw new UsageError(`${matches.length} tracks fit "${text}": ${shown.join("; ")}`, {
          hint: "name one by its id, or take all of them with --all",
        });
      }
      for (const track of matches) found.set(track.trackId, track);
    }
  } finally {
    await reader.close();
  }
  return [...found.values()];
}

function parseQuery(text: string): TrackQuery {
  const id = parseTrackId(text);
  const number = id.ok ? trackIdToBigInt(id.value) : null;
  const isrc = parseIsrc(text);
  const trackId = number?.ok ? number.value : null;
  if (trackId !== null || isrc.ok) return { trackId, isrc: isrc.ok ? isrc.value : null };
  return { trackId: null, isrc: null, words: text.split(/\s+/).filter((word) => word !== "") };
}

async function requireFree(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return;
    throw explainSystemError(error, `looking for "${path}"`);
  }
  throw exists(path);
}

function exists(path: string): UsageError {
  return new UsageError(`"${path}" exists already`, {
    hint: "name another file, or write over it with --force",
  });
}

/** Without `force` a file that appeared in the meantime is not written over. */
async function giveName(part: string, path: string, force: boolean): Promise<void> {
  if (!force) {
    try {
      await link(part, path);
      await rm(part);
      return;
    } catch (error) {
      if (systemErrorCode(error) === "EEXIST") throw exists(path);
      // A file system without hard links.
    }
  }
  await rename(part, path);
}
