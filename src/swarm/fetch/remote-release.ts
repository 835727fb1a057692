import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureFolder, errorMessage, IntegrityError, publishFile, type Reporter } from "../../core/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import {
  openReleaseDocument,
  RELEASE_DOCUMENT,
  type ReleaseDocument,
  TRACK_TABLE,
} from "../../release/index.ts";
import { openRegularFile } from "../../release/read-regular-file.ts";
import type { Encryption, PeerAddress } from "../peer/greet.ts";
import { type BlockSource, peerBlockSource, webBlockSource } from "./block-source.ts";
import { fetchStretch } from "./fetch-stretch.ts";
import { PeerSource } from "./peer-source.ts";
import { byPiecesRoot } from "./proof.ts";
import { readRemoteTorrent } from "./remote-torrent.ts";

export interface RemoteReleaseOptions {
  /** URL or path of a release's announcement or hybrid torrent, or a magnet link. */
  readonly from: string;
  readonly peers: readonly PeerAddress[];
  readonly encryption?: Encryption | undefined;
  /** `did:key` that must have signed it; null: any. */
  readonly signer: string | null;
  /** Where documents and track tables are kept, so that the next track needs them no more. */
  readonly cacheFolder: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
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
  readonly openSources: () => Promise<readonly BlockSource[]>;
}

/**
 * Learns all that is needed to take single tracks out of a release that lies elsewhere: its torrent, its signed document, its
 * track table, each proved by the one before. Throws `FailedError`, `IntegrityError` or `UsageError`.
 */
export async function openRemoteRelease(options: RemoteReleaseOptions): Promise<RemoteRelease> {
  const { from, peers, signal } = options;
  const { torrent, webSeeds } = await readRemoteTorrent(from, peers, options);
  const openSources = (): Promise<readonly BlockSource[]> => connectToAll(options, torrent, webSeeds);
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
  return { torrent, signer, document, trackTable, receivedBytes, openSources };
}

/** The torrent proves what comes; that it is the torrent of what was signed, the document says. */
function requireSignedRoots(document: ReleaseDocument, torrent: ParsedTorrent): void {
  const roots = new Map(torrent.files.map((file) => [file.path.join("/"), file]));
  for (const { path, sizeBytes, piecesRoot } of document.files) {
    const file = roots.get(path);
    if (file?.sizeBytes === sizeBytes && (file.piecesRoot?.toString("hex") ?? null) === piecesRoot) continue;
    throw new IntegrityError(`"${path}" in the torrent "${torrent.name}" is not the one that was signed`);
  }
}

async function connectToAll(
  { peers, encryption, reporter, signal }: RemoteReleaseOptions,
  torrent: ParsedTorrent,
  webSeeds: readonly string[],
): Promise<readonly BlockSource[]> {
  const infohash = (torrent.infohashV2 ?? Buffer.alloc(20)).subarray(0, 20);
  const connecting = peers.map(async (address): Promise<readonly BlockSource[]> => {
    try {
      return [peerBlockSource(await PeerSource.connect(address, infohash, { encryption, signal }), torrent)];
    } catch (error) {
      reporter.note(errorMessage(error));
      return [];
    }
  });
  const seeds = [...new Set([...webSeeds, ...torrent.urlList])];
  return [...(await Promise.all(connecting)).flat(), ...seeds.map((base) => webBlockSource(base, torrent))];
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
