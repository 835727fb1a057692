import { createHash } from "node:crypto";
import { copyFile, link, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  ensureFolder,
  FailedError,
  IntegrityError,
  type Reporter,
  syncFolder,
  systemErrorCode,
  throwIfAborted,
  writeFileAtomic,
} from "../../core/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import { announcementFileName, openReleaseDocument, RELEASE_DOCUMENT } from "../../release/index.ts";
import type { SharedTorrent } from "../content/shared-torrents.ts";
import type { Dht } from "../dht/dht.ts";
import { requireSignedRoots } from "../fetch/remote-release.ts";
import { type SearchedTorrent, SwarmSearch } from "../fetch/swarm-search.ts";
import type { Encryption, PeerAddress } from "../peer/greet.ts";
import { GrowingPieces } from "../seed/growing-pieces.ts";
import type { Trackers } from "../tracker/trackers.ts";
import type { AnnouncedRelease } from "./announced-release.ts";
import { fetchPieces } from "./fetch-pieces.ts";
import { PieceLedger } from "./piece-ledger.ts";
import { type PlannedPiece, planPieces } from "./piece-plan.ts";
import {
  folderPieceSource,
  type PieceSource,
  peerPieceSource,
  v1PieceSource,
  webPieceSource,
} from "./piece-source.ts";
import { PieceStore, pieceStatePath } from "./piece-store.ts";
import type { FeedPlace } from "./read-feed.ts";

export interface FetchReleaseOptions {
  readonly announced: AnnouncedRelease;
  readonly signer: string;
  /** Where the release is put when it is whole: `<folder>/<name>`, its torrents and its announcement beside it. */
  readonly folder: string;
  /** Where it grows: `<incoming>/<name>`; on the same file system. */
  readonly incoming: string;
  readonly place: FeedPlace;
  /** Whether the place of the feed is asked for the release itself too. */
  readonly usesFeedFolder: boolean;
  readonly peers: readonly PeerAddress[];
  readonly encryption: Encryption;
  /** Null: they are not asked. */
  readonly trackers: Trackers | null;
  readonly dht?: Dht | null | undefined;
  /** A file that is here already, by the hex of its pieces root; null: none. */
  readonly held: (piecesRoot: string, sizeBytes: number) => string | null;
  /** Makes room for so many bytes that will come. Throws when there is none. */
  readonly makeRoom: (missingBytes: number) => Promise<void>;
  /** Gives to others what is here of it; null: it is not to be given any more. */
  readonly share: (growing: SharedTorrent | null) => Promise<void>;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedRelease {
  /** Everything that came over the wire. */
  readonly receivedBytes: number;
  /** Bytes of files that were here and got a second name. */
  readonly linkedBytes: number;
  readonly liars: readonly string[];
}

/** Rounds of looking for sources that bring nothing new, before it is given up until the next time. */
const MAX_EMPTY_ROUNDS = 3;
const ROUND_PAUSE_MS = 1000;

/**
 * Gets a whole release from everybody who has it, proves it piece by piece against its signed torrent, and puts it in its place, the
 * announcement last. Stopped or killed, it goes on from what was synced. Throws `FailedError` when nobody has all of it.
 */
export async function fetchRelease(options: FetchReleaseOptions): Promise<FetchedRelease> {
  const { announced, folder, incoming, reporter, signal } = options;
  const { announcement, hybrid } = announced;
  const growing = join(incoming, announcement.name);
  const final = join(folder, announcement.name);
  await takeBackUnfinished(final, growing);
  const pieces = planPieces(hybrid);
  const shown = new GrowingPieces(announcement.sizeBytes);
  const store = await PieceStore.open(growing, hybrid, pieces.length, ({ offsetBytes, lengthBytes }) =>
    shown.add(offsetBytes / hybrid.pieceLengthBytes, lengthBytes),
  );
  const ledger = new PieceLedger(pieces);
  const { v1 } = announced;
  const search = new SwarmSearch(options, searchedTorrent(hybrid));
  // Peers that know no hybrids have the same files.
  const searchV1 = v1 && new SwarmSearch(options, searchedTorrent(v1));
  const progress = reporter.progress(announcement.name, "bytes", announcement.sizeBytes);
  let receivedBytes = 0;
  const liars = new Set<string>();
  try {
    if (!store.isKnown) await store.recheck(pieces);
    const linkedBytes = await adoptHeldFiles(options, hybrid, pieces, store);
    for (const piece of pieces)
      if (store.has(piece) && ledger.keep(piece)) progress.advance(piece.lengthBytes);
    for (const piece of pieces.filter((one) => store.has(one))) {
      shown.add(piece.offsetBytes / hybrid.pieceLengthBytes, piece.lengthBytes);
    }
    await writeFileAtomic(`${growing}.torrent`, announced.hybridBytes);
    await options.share(sharedTorrent(options, `${growing}.torrent`, shown));
    await options.makeRoom(ledger.missingPieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0));
    for (let emptyRounds = 0; !ledger.isComplete; ) {
      throwIfAborted(signal);
      const before = ledger.missingPieces.length;
      const sources = search.openSources(
        ownSources(options, hybrid).filter(({ name }) => !liars.has(name)),
        (peer) => peerPieceSource(peer, hybrid),
      );
      if (v1) searchV1?.addTo(sources, (peer) => v1PieceSource(peer, v1, hybrid));
      const fetched = await fetchPieces({
        ledger,
        sources,
        mayAsk: ({ name }) => !liars.has(name),
        pieceLengthBytes: hybrid.pieceLengthBytes,
        signal,
        keep: async (piece, bytes) => {
          await store.write(piece, bytes);
          progress.advance(bytes.length, `${sources.all.length} sources`);
        },
      });
      receivedBytes += sources.receivedBytes;
      throwIfAborted(signal);
      for (const liar of fetched.liars) {
        liars.add(liar);
        reporter.warn(`${liar} gave wrong bytes of "${announcement.name}" and is asked no more`);
      }
      if (ledger.isComplete) break;
      emptyRounds = ledger.missingPieces.length < before ? 0 : emptyRounds + 1;
      if (emptyRounds === MAX_EMPTY_ROUNDS) throw notThere(announcement.name, fetched.reasons);
      await new Promise((resolve) => setTimeout(resolve, ROUND_PAUSE_MS));
    }
    await store.finish();
    await options.share(null);
    await publish(options, growing, final);
    return { receivedBytes, linkedBytes, liars: [...liars] };
  } finally {
    progress.finish();
    await Promise.all([search.close(), searchV1?.close()]);
    await options.share(null);
    await store.close();
  }
}

function searchedTorrent({ infohashV1, infohashV2, announce, isPrivate }: ParsedTorrent): SearchedTorrent {
  return { infohashV1, infohashV2: infohashV2?.subarray(0, 20) ?? null, trackers: announce, isPrivate };
}

function sharedTorrent(
  { announced: { announcement, hybrid }, incoming }: FetchReleaseOptions,
  torrentFile: string,
  growing: GrowingPieces,
): SharedTorrent {
  return {
    release: announcement.name,
    kind: "hybrid",
    torrentFile,
    folder: incoming,
    sizeBytes: announcement.sizeBytes,
    infohashes: [hybrid.infohashV1, hybrid.infohashV2?.subarray(0, 20)].flatMap(
      (hash) => hash?.toString("hex") ?? [],
    ),
    trackers: hybrid.announce,
    growing,
  };
}

function notThere(name: string, reasons: readonly string[]): FailedError {
  return new FailedError(`nobody has all of "${name}": ${reasons.join("; ") || "no source is known"}`, {
    hint: "what came is kept; it is tried again, or name a peer that has it: --peer HOST:PORT",
  });
}

/** A run that was killed between the last piece and the announcement left the folder in its place. */
async function takeBackUnfinished(final: string, growing: string): Promise<void> {
  await ensureFolder(dirname(growing));
  try {
    await rename(final, growing);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(systemErrorCode(error) ?? "")) throw error;
  }
}

/** Files that another release here has too get a second name, or are copied where that cannot be. */
async function adoptHeldFiles(
  { held }: FetchReleaseOptions,
  torrent: ParsedTorrent,
  pieces: readonly PlannedPiece[],
  store: PieceStore,
): Promise<number> {
  let linkedBytes = 0;
  for (const [index, { piecesRoot, sizeBytes }] of torrent.files.entries()) {
    const own = pieces.filter(({ file }) => file === index);
    if (piecesRoot === null || own.length === 0 || own.every((piece) => store.has(piece))) continue;
    const path = held(piecesRoot.toString("hex"), sizeBytes);
    if (path === null) continue;
    const target = store.pathOf(index);
    await ensureFolder(dirname(target));
    await rm(target, { force: true });
    await link(path, target).catch(() => copyFile(path, target));
    await store.adopt(own);
    linkedBytes += sizeBytes;
  }
  return linkedBytes;
}

/** Who has the release beside the peers that are found: web servers, and the folder that the feed stands in. */
function ownSources(
  { place, usesFeedFolder }: FetchReleaseOptions,
  torrent: ParsedTorrent,
): readonly PieceSource[] {
  const web = new Set([...(place.isWeb && usesFeedFolder ? [place.base] : []), ...torrent.urlList]);
  const folders = place.isWeb || !usesFeedFolder ? [] : [folderPieceSource(place.base, torrent)];
  return [...folders, ...[...web].map((base) => webPieceSource(base, torrent))];
}

/** The document has to be the one that was signed, and its files those of the torrent; then everything gets its name. */
async function publish(
  { announced, signer, folder }: FetchReleaseOptions,
  growing: string,
  final: string,
): Promise<void> {
  const { announcement, announcementBytes, hybrid, torrents } = announced;
  const bytes = await readFile(join(growing, RELEASE_DOCUMENT));
  const opened = openReleaseDocument(bytes);
  const isIt = createHash("sha256").update(bytes).digest("hex") === announcement.releaseSha256;
  if (!opened.ok || opened.signer !== signer || !isIt) {
    throw new IntegrityError(`the document of "${announcement.name}" is not the one that was announced`);
  }
  requireSignedRoots(opened.release, hybrid);
  await ensureFolder(folder);
  await rename(growing, final);
  await syncFolder(folder);
  for (const { torrent, bytes: torrentBytes } of torrents) {
    await writeFileAtomic(join(folder, torrent.file), torrentBytes);
  }
  await writeFileAtomic(join(folder, announcementFileName(announcement.name)), announcementBytes);
  for (const path of [pieceStatePath(growing), `${growing}.torrent`]) await rm(path, { force: true });
}
