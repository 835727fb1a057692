import { type BencodeValue, encodeBencode } from "../bencode/encode.ts";
import {
  requireLayout,
  sha1,
  sha256,
  type TorrentInfo,
  type TorrentLayout,
  v1FilesMember,
} from "./info-dictionary.ts";
import { SHA1_BYTES, SHA256_BYTES } from "./merkle.ts";
import type { HashedFile } from "./piece-hasher.ts";

/** A file of a hybrid torrent. */
export interface HybridFile extends Omit<HashedFile, "sha256"> {
  /** Names of the folders and of the file, without the torrent's own name. */
  readonly path: readonly string[];
}

export interface HybridInfoOptions {
  readonly name: string;
  readonly pieceLengthBytes: number;
  /** In any order; the torrent holds them bytewise by path. */
  readonly files: readonly HybridFile[];
  /** `folder` unless told. A `file` torrent has one file whose path is the name. */
  readonly layout?: TorrentLayout;
}

interface V1Entry {
  readonly path: readonly string[];
  readonly sizeBytes: number;
  readonly isPad: boolean;
}

/**
 * Writes the info dictionary of a hybrid torrent (BEP 52 with BEP 47 pads), byte for byte as libtorrent 2.0.8's
 * `create_torrent` does without flags:
 * - `file tree`: folder names down to `{"": {length, "pieces root"}}`; an empty file has no root;
 * - `files`: the same files in the same order, and after each whose size is not a multiple of the piece length a pad
 *   `{attr: "p", length, path: [".pad", "<length>"]}`, after the last one too, unless it is the only file;
 * - `meta version` 2, `name`, `piece length`, `pieces`.
 *
 * Throws as `buildV1Info` does.
 */
export function buildHybridInfo(options: HybridInfoOptions): TorrentInfo {
  const { name, pieceLengthBytes, layout = "folder" } = options;
  requireLayout(name, pieceLengthBytes, options.files, layout);
  const files = sortedBytewise(options.files);
  for (const file of files) requireHashes(file, pieceLengthBytes);
  const hasPads = files.length > 1;
  const v1Files = files.flatMap((file) => (hasPads ? withPad(file, pieceLengthBytes) : [asV1(file)]));
  const infoBytes = encodeBencode(
    new Map<string, BencodeValue>([
      ["file tree", fileTree(files)],
      v1FilesMember(v1Files, layout),
      ["meta version", 2],
      ["name", name],
      ["piece length", pieceLengthBytes],
      ["pieces", Buffer.concat(files.flatMap((file) => (hasPads ? paddedPieces(file) : [file.piecesV1])))],
    ]),
  );
  return {
    infoBytes,
    infohashV1: sha1(infoBytes),
    infohashV2: sha256(infoBytes),
    pieceLayers: new Map(
      files
        .filter((file) => file.pieceLayer.length > 0)
        .map((file) => [file.piecesRoot?.toString("hex") ?? "", file.pieceLayer]),
    ),
  };
}

/** Name by name from the root down, each compared as UTF-8 bytes. */
function sortedBytewise(files: readonly HybridFile[]): readonly HybridFile[] {
  const keyed = files.map((file) => ({ file, names: file.path.map((name) => Buffer.from(name)) }));
  keyed.sort((a, b) => {
    for (const [index, name] of a.names.entries()) {
      const other = b.names[index];
      const order = other === undefined ? 1 : Buffer.compare(name, other);
      if (order !== 0) return order;
    }
    return a.names.length - b.names.length;
  });
  return keyed.map(({ file }) => file);
}

function requireHashes(file: HybridFile, pieceLengthBytes: number): void {
  const pieceCount = Math.ceil(file.sizeBytes / pieceLengthBytes);
  const isWhole =
    file.piecesV1.length === pieceCount * SHA1_BYTES &&
    file.pieceLayer.length === (pieceCount > 1 ? pieceCount * SHA256_BYTES : 0) &&
    file.piecesRoot?.length === (pieceCount > 0 ? SHA256_BYTES : undefined) &&
    file.paddedLastPieceV1?.length === (file.sizeBytes % pieceLengthBytes > 0 ? SHA1_BYTES : undefined);
  if (!isWhole)
    throw new RangeError(`the hashes of "${file.path.join("/")}" do not fit its ${file.sizeBytes} bytes`);
}

function fileTree(files: readonly HybridFile[]): ReadonlyMap<string, BencodeValue> {
  const root = new Map<string, BencodeValue>();
  for (const { path, sizeBytes, piecesRoot } of files) {
    let folder = root;
    for (const name of path) {
      const known = folder.get(name);
      const next =
        known instanceof Map ? (known as Map<string, BencodeValue>) : new Map<string, BencodeValue>();
      folder.set(name, next);
      folder = next;
    }
    const leaf = new Map<string, BencodeValue>([["length", sizeBytes]]);
    if (piecesRoot !== null) leaf.set("pieces root", piecesRoot);
    folder.set("", leaf);
  }
  return root;
}

function asV1({ path, sizeBytes }: HybridFile): V1Entry {
  return { path, sizeBytes, isPad: false };
}

function withPad(file: HybridFile, pieceLengthBytes: number): readonly V1Entry[] {
  const beyond = file.sizeBytes % pieceLengthBytes;
  if (beyond === 0) return [asV1(file)];
  const padBytes = pieceLengthBytes - beyond;
  return [asV1(file), { path: [".pad", String(padBytes)], sizeBytes: padBytes, isPad: true }];
}

/** The v1 pieces of a file with its pad: the last one covers the zeros of the pad. */
function paddedPieces({ piecesV1, paddedLastPieceV1 }: HybridFile): readonly Buffer[] {
  if (paddedLastPieceV1 === null) return [piecesV1];
  return [piecesV1.subarray(0, -SHA1_BYTES), paddedLastPieceV1];
}
