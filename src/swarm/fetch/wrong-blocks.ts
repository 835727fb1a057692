import { createHash } from "node:crypto";
import type { HashRange } from "../../formats/peer-wire/index.ts";
import { climbToRoot, SHA256_BYTES, treeHeight } from "../../formats/torrent/merkle.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import { BLOCK_BYTES, type Block } from "./block-ledger.ts";

/** BEP 52: no more should be asked for at once. */
const MAX_HASHES = 512;

export interface WrongBlocksOptions {
  /** The file that the blocks lie in, with its root. */
  readonly file: ParsedTorrentFile;
  readonly blocks: readonly Block[];
  readonly read: (block: Block) => Promise<Buffer>;
  /** Asks somebody for hashes; called again with the next one to ask until the proof holds. Null: nobody is left. */
  readonly ask: (range: HashRange, attempt: number) => Promise<Buffer | null>;
}

/**
 * Which blocks of a file are not what its root says, by leaves that peers name and that are proved up to the root (BEP 52): it
 * does not matter who names them. Null when nobody could prove the leaves.
 */
export async function findWrongBlocks(options: WrongBlocksOptions): Promise<readonly Block[] | null> {
  const { file, blocks, read, ask } = options;
  const wrong: Block[] = [];
  for (const [range, members] of planHashRanges(file, blocks)) {
    const leaves = await provenLeaves(file, range, ask);
    if (leaves === null) return null;
    for (const block of members) {
      const at = (leafOf(file, block) - range.index) * SHA256_BYTES;
      const hash = createHash("sha256")
        .update(await read(block))
        .digest();
      if (!hash.equals(leaves.subarray(at, at + SHA256_BYTES))) wrong.push(block);
    }
  }
  return wrong;
}

/** Runs of leaves that cover the blocks, as BEP 52 lets them be asked for, each with its blocks. */
export function planHashRanges(
  file: ParsedTorrentFile,
  blocks: readonly Block[],
): readonly (readonly [HashRange, readonly Block[]])[] {
  const piecesRoot = file.piecesRoot ?? Buffer.alloc(SHA256_BYTES);
  const height = treeHeight(Math.ceil(file.sizeBytes / BLOCK_BYTES));
  const length = Math.min(MAX_HASHES, 2 ** height);
  const byIndex = new Map<number, Block[]>();
  for (const block of blocks) {
    const index = Math.floor(leafOf(file, block) / length) * length;
    byIndex.set(index, [...(byIndex.get(index) ?? []), block]);
  }
  return [...byIndex].map(([index, members]) => [
    { piecesRoot, baseLayer: 0, index, length, proofLayers: height },
    members,
  ]);
}

async function provenLeaves(
  file: ParsedTorrentFile,
  range: HashRange,
  ask: WrongBlocksOptions["ask"],
): Promise<Buffer | null> {
  const leavesBytes = range.length * SHA256_BYTES;
  // A file of one leaf has that leaf for a root; nobody need be asked.
  if (range.length === 1) return file.piecesRoot;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(range, attempt);
    if (answer === null) return null;
    if (answer.length < leavesBytes) continue;
    const leaves = answer.subarray(0, leavesBytes);
    const root = climbToRoot(leaves, range.index, answer.subarray(leavesBytes));
    if (file.piecesRoot?.equals(root)) return leaves;
  }
}

function leafOf(file: ParsedTorrentFile, block: Block): number {
  return Math.floor((block.offsetBytes - file.offsetBytes) / BLOCK_BYTES);
}
