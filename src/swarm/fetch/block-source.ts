import type { HashRange } from "../../formats/peer-wire/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import { planRead } from "../content/plan-read.ts";
import { BLOCK_BYTES, type Block } from "./block-ledger.ts";
import type { PeerSource } from "./peer-source.ts";
import { fetchBytes } from "./web-source.ts";

/** Somewhere to get stretches of a torrent's stream from: a peer, or a web seed. */
export interface BlockSource {
  readonly name: string;
  /** Most blocks in one question, and most questions in flight. */
  readonly blocksPerQuestion: number;
  readonly questionsInFlight: number;
  readonly receivedBytes: number;
  /** Resolves when questions make sense; rejects when they never will again. */
  ready(): Promise<void>;
  /** The bytes of neighbouring blocks, one behind the other. Unproved. */
  fetch(blocks: readonly Block[], signal: AbortSignal): Promise<Buffer>;
  /** Asks for hashes of a file's tree (BEP 52), unproved; null for a source that has none to give. */
  readonly hashes: ((range: HashRange) => Promise<Buffer>) | null;
  close(): void;
}

/** Enough to fill a megabyte of line between here and there. */
const PEER_QUESTIONS = 64;

export function peerBlockSource(peer: PeerSource, torrent: ParsedTorrent): BlockSource {
  return {
    name: peer.name,
    blocksPerQuestion: 1,
    questionsInFlight: PEER_QUESTIONS,
    get receivedBytes() {
      return peer.receivedBytes;
    },
    ready: () => peer.ready(),
    async fetch(blocks) {
      const parts = blocks.map(({ offsetBytes, lengthBytes }) => {
        const piece = Math.floor(offsetBytes / torrent.pieceLengthBytes);
        return peer.block(piece, offsetBytes - piece * torrent.pieceLengthBytes, lengthBytes);
      });
      return Buffer.concat(await Promise.all(parts));
    },
    hashes: (range) => peer.hashes(range),
    close: () => peer.close(),
  };
}

/** BEP 19: the torrent's folder lies below `base`, which ends in a slash. */
export function webBlockSource(base: string, torrent: ParsedTorrent): BlockSource {
  let receivedBytes = 0;
  return {
    name: base,
    blocksPerQuestion: (1024 * 1024) / BLOCK_BYTES,
    questionsInFlight: 2,
    get receivedBytes() {
      return receivedBytes;
    },
    ready: () => Promise.resolve(),
    async fetch(blocks, signal) {
      const start = blocks[0]?.offsetBytes ?? 0;
      const lengthBytes = blocks.reduce((sum, block) => sum + block.lengthBytes, 0);
      const parts: Buffer[] = [];
      for (const part of planRead(torrent.files, start, lengthBytes)) {
        if (part.file === null) {
          parts.push(Buffer.alloc(part.lengthBytes));
          continue;
        }
        const end = part.offsetBytes + part.lengthBytes;
        const bytes = await fetchBytes(
          webSeedUrl(base, torrent, part.file),
          { start: part.offsetBytes, end },
          part.lengthBytes,
          signal,
        );
        receivedBytes += bytes.length;
        parts.push(bytes);
      }
      return Buffer.concat(parts);
    },
    hashes: null,
    close() {},
  };
}

/** Where a file of a torrent lies below a web seed (BEP 19). */
export function webSeedUrl(base: string, torrent: ParsedTorrent, file: number): string {
  const path = torrent.files[file]?.path ?? [];
  const names = torrent.layout === "file" ? path : [torrent.name, ...path];
  return `${base}${names.map(encodeURIComponent).join("/")}`;
}
