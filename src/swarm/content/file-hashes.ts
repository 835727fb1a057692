import type { HashRange } from "../../formats/peer-wire/index.ts";
import {
  LEAF_BYTES,
  merkleLayers,
  missingRoot,
  pieceHeight,
  SHA256_BYTES,
  sha256Into,
  treeHeight,
} from "../../formats/torrent/merkle.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import type { TorrentContent } from "./torrent-content.ts";

/** BEP 52: a request should ask for no more. */
const MAX_HASHES = 512;
const MAX_LEAF_READ_BYTES = 16 * 1024 * 1024;

/**
 * Answers hash requests (BEP 52) of one torrent: what is above the piece layer from the torrent itself, what is below by reading
 * the pieces that are asked about.
 */
export class FileHashes {
  private readonly content: TorrentContent;
  private readonly isWhole: boolean;
  private readonly filesByRoot = new Map<string, ParsedTorrentFile>();
  /** The layers from the pieces up, by the hex of the root: twice the piece layer, kept for the file asked about last. */
  private upper: { readonly root: string; readonly layers: readonly Buffer[] } | null = null;

  /** Of a torrent that is not whole nothing below the pieces can be told. */
  constructor(content: TorrentContent, isWhole = true) {
    this.content = content;
    this.isWhole = isWhole;
    for (const file of content.torrent.files) {
      if (file.piecesRoot !== null) this.filesByRoot.set(file.piecesRoot.toString("hex"), file);
    }
  }

  /** The hashes and the uncles that were asked for, 32 bytes each; null for a request that makes no sense here. */
  async answer(range: HashRange): Promise<Buffer | null> {
    const file = this.filesByRoot.get(range.piecesRoot.toString("hex"));
    if (file === undefined) return null;
    const leaves = Math.ceil(file.sizeBytes / LEAF_BYTES);
    const height = treeHeight(leaves);
    const { baseLayer, index, length, proofLayers } = range;
    const width = 2 ** (height - baseLayer);
    if (
      baseLayer > height ||
      length < 1 ||
      length > MAX_HASHES ||
      !Number.isInteger(Math.log2(length)) ||
      index % length !== 0 ||
      index + length > width ||
      proofLayers > height - baseLayer
    ) {
      return null;
    }
    const depth = Math.log2(length);
    const base = await this.nodes(file, baseLayer, index, length);
    if (base === null) return null;
    const parts = [base];
    // Uncles below the top of what was asked for follow from it; above the root there are none.
    for (let layer = Math.max(1, depth); layer <= proofLayers && baseLayer + layer < height; layer += 1) {
      const ancestor = Math.floor(index / 2 ** layer);
      const uncle = await this.nodes(file, baseLayer + layer, ancestor ^ 1, 1);
      if (uncle === null) return null;
      parts.push(uncle);
    }
    return Buffer.concat(parts);
  }

  /** `count` nodes of a layer, counted from the leaves; null when that is too much to read. */
  private async nodes(
    file: ParsedTorrentFile,
    layer: number,
    index: number,
    count: number,
  ): Promise<Buffer | null> {
    const foot = pieceHeight(this.content.torrent.pieceLengthBytes);
    if (layer >= foot && file.sizeBytes > this.content.torrent.pieceLengthBytes) {
      return cut(this.upperLayers(file, foot)[layer - foot] ?? Buffer.alloc(0), layer, index, count);
    }
    if (!this.isWhole) return null;
    const firstLeaf = index * 2 ** layer;
    const leafCount = count * 2 ** layer;
    if (leafCount * LEAF_BYTES > MAX_LEAF_READ_BYTES) return null;
    const leaves = await this.leaves(file, firstLeaf, leafCount);
    return cut(merkleLayers(leaves, layer)[layer] ?? Buffer.alloc(0), layer, 0, count);
  }

  private upperLayers(file: ParsedTorrentFile, foot: number): readonly Buffer[] {
    const root = file.piecesRoot?.toString("hex") ?? "";
    if (this.upper?.root !== root) {
      const pieces = this.content.torrent.pieceLayers.get(root) ?? Buffer.alloc(0);
      const layers = merkleLayers(pieces, treeHeight(pieces.length / SHA256_BYTES), foot);
      this.upper = { root, layers };
    }
    return this.upper.layers;
  }

  /** The hashes of the leaves from `first` on, as far as the file goes; one at least, so that there is something above. */
  private async leaves(file: ParsedTorrentFile, first: number, count: number): Promise<Buffer> {
    const start = first * LEAF_BYTES;
    const lengthBytes = Math.min(count * LEAF_BYTES, file.sizeBytes - start);
    if (lengthBytes <= 0) return Buffer.alloc(SHA256_BYTES);
    const bytes = Buffer.allocUnsafe(lengthBytes);
    await this.content.readInto([bytes], file.offsetBytes + start);
    const hashes = Buffer.alloc(Math.ceil(lengthBytes / LEAF_BYTES) * SHA256_BYTES);
    for (let leaf = 0; leaf * LEAF_BYTES < lengthBytes; leaf += 1) {
      sha256Into(hashes, leaf * SHA256_BYTES, bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES));
    }
    return hashes;
  }
}

/** `count` nodes of a layer; those behind its end are what missing leaves make there. */
function cut(nodes: Buffer, layer: number, index: number, count: number): Buffer {
  const there = nodes.subarray(index * SHA256_BYTES, (index + count) * SHA256_BYTES);
  const missing = count - there.length / SHA256_BYTES;
  return Buffer.concat([there, ...Array.from({ length: missing }, () => missingRoot(layer))]);
}
