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

export function peerPieceSource(peer: PeerSource, torrent: ParsedTorrent): PieceSource {
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
    has: ({ offsetBytes }) => peer.hasPiece(offsetBytes / torrent.pieceLengthBytes),
    async fetch({ offsetBytes, lengthBytes }, target, signal) {
      const piece = offsetBytes / torrent.pieceLengthBytes;
      const asked: Promise<void>[] = [];
      for (let begin = 0; begin < lengthBytes; begin += BLOCK_BYTES) {
        const waitingForRoom = enter();
        if (waitingForRoom) await waitingForRoom;
        signal.throwIfAborted();
        const part = target.subarray(begin, Math.min(lengthBytes, begin + BLOCK_BYTES));
        const block = peer.blockInto(piece, begin, part).finally(leave);
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
