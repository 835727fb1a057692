import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureFolder, IntegrityError, publishFile } from "../../core/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import {
  openReleaseDocument,
  RELEASE_DOCUMENT,
  type ReleaseDocument,
  TRACK_TABLE,
} from "../../release/index.ts";
import { openRegularFile } from "../../release/read-regular-file.ts";
import { type BlockSource, peerBlockSource, webBlockSource } from "./block-source.ts";
import { fetchStretch } from "./fetch-stretch.ts";
import { byPiecesRoot } from "./proof.ts";
import { type RemoteTorrent, readRemoteTorrent } from "./remote-torrent.ts";
import type { Sources } from "./sources.ts";
import type { SwarmOptions } from "./swarm-search.ts";

export interface RemoteReleaseOptions extends SwarmOptions {
  /** URL or path of a release's announcement or hybrid torrent, or a magnet link. */
  readonly from: string;
  /** `did:key` that must have signed it; null: any. */
  readonly signer: string | null;
  /** Where documents and track tables are kept, so that the next track needs them no more. */
  readonly cacheFolder: string;
}

export interface RemoteRelease {
  readonly torrent: ParsedTorrent;
  readonly signer: string;
  readonly document: ReleaseDocument;
  /** The track table on this machine, proved. */
  readonly trackTable: string;
  /** Bytes that came over the wire for document and table. */
  readonly receivedBytes: number;
  /** Connects to everybody who may have it. */
  readonly openSources: () => Promise<Sources<BlockSource>>;
  /** Tells trackers that we go. */
  readonly close: () => Promise<void>;
}

/**
 * Learns all that is needed to take single tracks out of a release that lies elsewhere: its torrent, its signed document, its
 * track table, each proved by the one before. Throws `FailedError`, `IntegrityError` or `UsageError`.
 */
export async function openRemoteRelease(options: RemoteReleaseOptions): Promise<RemoteRelease> {
  const remote = await readRemoteTorrent(options.from, options);
  try {
    return await readRelease(options, remote);
  } catch (error) {
    await remote.swarm.close();
    throw error;
  }
}

async function readRelease(
  options: RemoteReleaseOptions,
  { torrent, webSeeds, swarm }: RemoteTorrent,
): Promise<RemoteRelease> {
  const { signal } = options;
  const openSources = (): Promise<Sources<BlockSource>> =>
    Promise.resolve(
      swarm.openSources(
        [...new Set(webSeeds)].map((base) => webBlockSource(base, torrent)),
        (peer) => peerBlockSource(peer, torrent),
      ),
    );
  const folder = join(options.cacheFolder, torrent.infohashV2?.toString("hex") ?? "");
  await ensureFolder(folder);
  let receivedBytes = 0;
  const getFile = async (name: string): Promise<{ file: ParsedTorrentFile; path: string }> => {
    const file = torrent.files.find(({ path, isPad }) => !isPad && path.join("/") === name);
    if (!file?.piecesRoot) throw new IntegrityError(`the torrent "${torrent.name}" has no "${name}"`);
    const path = join(folder, name);
    if (await isWhole(path, file)) return { file, path };
    const progress = options.reporter.progress(name, "bytes", file.sizeBytes);
    try {
      const fetched = await fetchStretch({
        torrent,
        file,
        startBytes: 0,
        endBytes: file.sizeBytes,
        proof: byPiecesRoot(file.piecesRoot, file.sizeBytes),
        key: file.piecesRoot.toString("hex"),
        path: `${path}.part`,
        openSources,
        progress,
        signal,
      });
      receivedBytes += fetched.receivedBytes;
    } finally {
      progress.finish();
    }
    await publishFile(`${path}.part`, path);
    return { file, path };
  };
  const opened = openReleaseDocument(await readFile((await getFile(RELEASE_DOCUMENT)).path));
  if (!opened.ok) throw new IntegrityError(`the release "${torrent.name}" does not hold: ${opened.reason}`);
  const { signer, release: document } = opened;
  if (options.signer !== null && signer !== options.signer) {
    throw new IntegrityError(`the release "${torrent.name}" is signed by ${signer}`, {
      hint: `you expect ${options.signer}`,
    });
  }
  requireSignedRoots(document, torrent);
  const trackTable = (await getFile(TRACK_TABLE)).path;
  return { torrent, signer, document, trackTable, receivedBytes, openSources, close: () => swarm.close() };
}

/** The torrent proves what comes; that it is the torrent of what was signed, the document says. */
export function requireSignedRoots(document: ReleaseDocument, torrent: ParsedTorrent): void {
  const roots = new Map(torrent.files.map((file) => [file.path.join("/"), file]));
  for (const { path, sizeBytes, piecesRoot } of document.files) {
    const file = roots.get(path);
    if (file?.sizeBytes === sizeBytes && (file.piecesRoot?.toString("hex") ?? null) === piecesRoot) continue;
    throw new IntegrityError(`"${path}" in the torrent "${torrent.name}" is not the one that was signed`);
  }
}

async function isWhole(path: string, file: ParsedTorrentFile): Promise<boolean> {
  const opened = await openRegularFile(path);
  if (!opened.ok) return false;
  try {
    if (opened.sizeBytes !== file.sizeBytes || file.piecesRoot === null) return false;
    const chunks = opened.file.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 });
    return await byPiecesRoot(file.piecesRoot, file.sizeBytes)(chunks);
  } finally {
    await opened.file.close();
  }
}
