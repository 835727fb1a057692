import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import { OpenFiles } from "../content/open-files.ts";
import { TorrentContent } from "../content/torrent-content.ts";
import { BLOCK_BYTES } from "../fetch/block-ledger.ts";
import { webSeedUrl } from "../fetch/block-source.ts";
import type { PeerSource } from "../fetch/peer-source.ts";
import { fetchBytes } from "../fetch/web-source.ts";
import type { PlannedPiece } from "./piece-plan.ts";

/** Somewhere to get whole pieces from. */
export interface PieceSource {
  readonly name: string;
  readonly receivedBytes: number;
  /** Resolves when questions make sense; rejects when they never will again. */
  ready(): Promise<void>;
  has(piece: PlannedPiece): boolean;
  /** Fills `target`, which is as long as the piece. Unproved. Rejects when the source does not bring it. */
  fetch(piece: PlannedPiece, target: Buffer, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Blocks that are asked of a peer at the same time: as many as it gives in so long, within these bounds. */
const WINDOW_SECONDS = 3;
const SMALLEST_WINDOW = 8;
const LARGEST_WINDOW = 128;

/** A question that even a slow server answers in time. */
const WEB_RANGE_BYTES = 1024 * 1024;

/** A peer of the hybrid torrent. */
export function peerPieceSource(peer: PeerSource, torrent: ParsedTorrent): PieceSource {
  const { pieceLengthBytes } = torrent;
  return peerSource(peer, ({ offsetBytes, lengthBytes }) =>
    cutAtPieces(offsetBytes, lengthBytes, pieceLengthBytes),
  );
}

/**
 * A peer of the v1 torrent of the same files, in which they stand in another order and without pads: what it gives is proved by
 * the hybrid's hashes like anything else.
 */
export function v1PieceSource(peer: PeerSource, v1: ParsedTorrent, hybrid: ParsedTorrent): PieceSource {
  const offsets = new Map(v1.files.map(({ path, offsetBytes }) => [path.join("/"), offsetBytes]));
  return peerSource(peer, ({ file, offsetInFileBytes, lengthBytes }) => {
    const start = offsets.get(hybrid.files[file]?.path.join("/") ?? "");
    if (start === undefined) return [];
    return cutAtPieces(start + offsetInFileBytes, lengthBytes, v1.pieceLengthBytes);
  });
}

interface AskedBlock {
  readonly piece: number;
  readonly beginBytes: number;
  readonly lengthBytes: number;
}

/** Blocks of at most 16 KiB, none of which reaches over the end of a piece (BEP 3). */
function cutAtPieces(
  offsetBytes: number,
  lengthBytes: number,
  pieceLengthBytes: number,
): readonly AskedBlock[] {
  const blocks: AskedBlock[] = [];
  const end = offsetBytes + lengthBytes;
  for (let at = offsetBytes; at < end; ) {
    const piece = Math.floor(at / pieceLengthBytes);
    const beginBytes = at - piece * pieceLengthBytes;
    const length = Math.min(BLOCK_BYTES, end - at, pieceLengthBytes - beginBytes);
    blocks.push({ piece, beginBytes, lengthBytes: length });
    at += length;
  }
  return blocks;
}

/** `locate` says where the bytes of a piece lie in what the peer has; nowhere: it has them not. */
function peerSource(peer: PeerSource, locate: (piece: PlannedPiece) => readonly AskedBlock[]): PieceSource {
  let window = SMALLEST_WINDOW;
  let inFlight = 0;
  const waiting: (() => void)[] = [];
  let measuredBytes = 0;
  let measuredMs = performance.now();
  const enter = (): Promise<void> | null => {
    if (inFlight < window) {
      inFlight += 1;
      return null;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const nowMs = performance.now();
    measuredBytes += BLOCK_BYTES;
    // Grows by one with each block, as far as the peer's speed bears it: a slow one is not asked for what it gives in a minute.
    const seconds = (nowMs - measuredMs) / 1000;
    if (seconds > 1) {
      const bearable = Math.ceil((measuredBytes / seconds / BLOCK_BYTES) * WINDOW_SECONDS);
      window = Math.max(SMALLEST_WINDOW, Math.min(window, bearable));
      measuredBytes = 0;
      measuredMs = nowMs;
    }
    window = Math.min(LARGEST_WINDOW, window + 1);
    const next = waiting.shift();
    if (next) next();
    else inFlight -= 1;
  };
  return {
    name: peer.name,
    get receivedBytes() {
      return peer.receivedBytes;
    },
    ready: () => peer.ready(),
    has: (piece) => {
      const blocks = locate(piece);
      return blocks.length > 0 && blocks.every((block) => peer.hasPiece(block.piece));
    },
    async fetch(piece, target, signal) {
      const asked: Promise<void>[] = [];
      let at = 0;
      for (const { piece: number, beginBytes, lengthBytes } of locate(piece)) {
        const waitingForRoom = enter();
        if (waitingForRoom) await waitingForRoom;
        signal.throwIfAborted();
        const part = target.subarray(at, at + lengthBytes);
        at += lengthBytes;
        const block = peer.blockInto(number, beginBytes, part).finally(leave);
        // Heard of below; the first that fails must not be unheard until then.
        block.catch(() => {});
        asked.push(block);
      }
      await Promise.all(asked);
    },
    close: () => peer.close(),
  };
}

/** BEP 19: the torrent's folder lies below `base`, which ends in a slash. */
export function webPieceSource(base: string, torrent: ParsedTorrent): PieceSource {
  let receivedBytes = 0;
  return {
    name: base,
    get receivedBytes() {
      return receivedBytes;
    },
    ready: () => Promise.resolve(),
    has: () => true,
    async fetch({ file, offsetInFileBytes, lengthBytes }, target, signal) {
      const url = webSeedUrl(base, torrent, file);
      for (let done = 0; done < lengthBytes; done += WEB_RANGE_BYTES) {
        const end = Math.min(lengthBytes, done + WEB_RANGE_BYTES);
        const range = { start: offsetInFileBytes + done, end: offsetInFileBytes + end };
        const bytes = await fetchBytes(url, range, end - done, signal);
        receivedBytes += bytes.length;
        bytes.copy(target, done);
      }
    },
    close() {},
  };
}

/** A copy on a disk that is here: `folder` holds the torrent's own folder. */
export function folderPieceSource(folder: string, torrent: ParsedTorrent): PieceSource {
  const openFiles = new OpenFiles();
  const content = new TorrentContent(torrent, folder, openFiles);
  let receivedBytes = 0;
  return {
    name: folder,
    get receivedBytes() {
      return receivedBytes;
    },
    ready: () => Promise.resolve(),
    has: () => true,
    async fetch({ offsetBytes, lengthBytes }, target) {
      await content.readInto([target], offsetBytes);
      receivedBytes += lengthBytes;
    },
    close: () => void openFiles.close(),
  };
}
