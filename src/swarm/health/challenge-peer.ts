import { createHash, randomInt } from "node:crypto";
import { errorMessage } from "../../core/index.ts";
import { climbToRoot, LEAF_BYTES, SHA256_BYTES, treeHeight } from "../../formats/torrent/merkle.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import type { TorrentContent } from "../content/torrent-content.ts";
import type { PeerSource } from "../fetch/peer-source.ts";

/** A leaf of 16 KiB that is asked for. */
export interface ChallengedLeaf {
  readonly file: ParsedTorrentFile;
  readonly leaf: number;
}

export type ChallengeResult =
  | { readonly ok: true; readonly leaves: number }
  | { readonly ok: false; readonly leaves: number; readonly reason: string };

/** Leaves by chance, each byte of the torrent as likely as any other. `random` gives 0 to before its argument. */
export function chooseLeaves(
  torrent: ParsedTorrent,
  count: number,
  random: (below: number) => number = randomInt,
): readonly ChallengedLeaf[] {
  const files = torrent.files.filter(({ piecesRoot }) => piecesRoot !== null);
  const leavesOf = (file: ParsedTorrentFile): number => Math.ceil(file.sizeBytes / LEAF_BYTES);
  const total = files.reduce((sum, file) => sum + leavesOf(file), 0);
  return Array.from({ length: Math.min(count, total) }, () => {
    let place = random(total);
    for (const file of files) {
      if (place < leavesOf(file)) return { file, leaf: place };
      place -= leavesOf(file);
    }
    throw new RangeError("a place beyond the last leaf");
  });
}

/**
 * Has a peer give leaves that it cannot foresee, each with the path to the root of its file (BEP 52): it has them, or gets
 * them as fast as it is asked. A peer that lacks a share s of the bytes passes k leaves with a chance of (1 - s)^k.
 */
export async function challengePeer(
  peer: PeerSource,
  torrent: ParsedTorrent,
  leaves: readonly ChallengedLeaf[],
): Promise<ChallengeResult> {
  let passed = 0;
  try {
    await peer.ready();
    for (const challenged of leaves) {
      if (!(await holdsLeaf(peer, torrent, challenged))) {
        return { ok: false, leaves: passed, reason: "gives bytes that are not those of the root" };
      }
      passed += 1;
    }
    return { ok: true, leaves: passed };
  } catch (error) {
    return { ok: false, leaves: passed, reason: errorMessage(error) };
  }
}

/**
 * The same for a peer of the v1 torrent, which has no tree to prove leaves by: blocks of 16 KiB by chance, compared with our own bytes.
 */
export async function challengeV1Peer(
  peer: PeerSource,
  content: TorrentContent,
  count: number,
  random: (below: number) => number = randomInt,
): Promise<ChallengeResult> {
  const { pieceLengthBytes } = content.torrent;
  const total = Math.ceil(content.sizeBytes / LEAF_BYTES);
  let passed = 0;
  try {
    await peer.ready();
    for (; passed < Math.min(count, total); passed += 1) {
      const start = random(total) * LEAF_BYTES;
      const own = Buffer.alloc(Math.min(LEAF_BYTES, content.sizeBytes - start));
      await content.readInto([own], start);
      const piece = Math.floor(start / pieceLengthBytes);
      const theirs = await peer.block(piece, start - piece * pieceLengthBytes, own.length);
      if (!theirs.equals(own)) return { ok: false, leaves: passed, reason: "gives other bytes than ours" };
    }
    return { ok: true, leaves: passed };
  } catch (error) {
    return { ok: false, leaves: passed, reason: errorMessage(error) };
  }
}

async function holdsLeaf(
  peer: PeerSource,
  { pieceLengthBytes }: ParsedTorrent,
  { file, leaf }: ChallengedLeaf,
): Promise<boolean> {
  const start = file.offsetBytes + leaf * LEAF_BYTES;
  const lengthBytes = Math.min(LEAF_BYTES, file.sizeBytes - leaf * LEAF_BYTES);
  const piece = Math.floor(start / pieceLengthBytes);
  const block = await peer.block(piece, start - piece * pieceLengthBytes, lengthBytes);
  const hash = createHash("sha256").update(block).digest();
  const height = treeHeight(Math.ceil(file.sizeBytes / LEAF_BYTES));
  const root = file.piecesRoot ?? Buffer.alloc(SHA256_BYTES);
  if (height === 0) return hash.equals(root);
  // A pair of leaves is the least that BEP 52 lets be asked for.
  const index = leaf - (leaf % 2);
  const range = { piecesRoot: root, baseLayer: 0, index, length: 2, proofLayers: height };
  const answer = await peer.hashes(range);
  const pair = answer.subarray(0, 2 * SHA256_BYTES);
  const own = pair.subarray((leaf % 2) * SHA256_BYTES, ((leaf % 2) + 1) * SHA256_BYTES);
  return hash.equals(own) && climbToRoot(pair, index, answer.subarray(2 * SHA256_BYTES)).equals(root);
}
