import {
  type BencodeDictionary,
  type BencodeItem,
  bencodeMember,
  decodeBencode,
  isBencodeList,
} from "../bencode/decode.ts";
import { segmentFault, sha1, sha256, type TorrentLayout } from "./info-dictionary.ts";
import { joinHybrid } from "./join-hybrid.ts";
import { isPieceLength, MAX_PIECE_LENGTH_BYTES, SHA1_BYTES } from "./merkle.ts";
import { parsePieceLayers } from "./piece-layers.ts";
import {
  quoted,
  requireBytes,
  requireCount,
  requireDictionary,
  requireList,
  requireSameText,
  requireText,
  TorrentFault,
} from "./torrent-fields.ts";
import { type ParsedTorrentFile, parseFileTree, parseV1Files } from "./torrent-file-list.ts";

export interface ParsedTorrent {
  readonly kind: "v1" | "v2" | "hybrid";
  /** 20 bytes: SHA-1 of the info dictionary as it stands; null for a v2-only torrent. */
  readonly infohashV1: Buffer | null;
  /** 32 bytes: SHA-256 of the same; null for a v1-only torrent. */
  readonly infohashV2: Buffer | null;
  /** The info dictionary as it stands: what the infohashes are of. */
  readonly infoBytes: Buffer;
  readonly name: string;
  readonly layout: TorrentLayout;
  readonly pieceLengthBytes: number;
  /** In the order of the stream, pads included. */
  readonly files: readonly ParsedTorrentFile[];
  /** 20 bytes for each piece; null for a v2-only torrent. */
  readonly piecesV1: Buffer | null;
  /** By the hex of the pieces root; empty for a v1-only torrent. Each hashes up to its root. */
  readonly pieceLayers: ReadonlyMap<string, Buffer>;
  readonly isPrivate: boolean;
  /** Trackers in the order to try them, tiers run together, each once. */
  readonly announce: readonly string[];
  readonly urlList: readonly string[];
}

export type ParseTorrentResult =
  | { readonly ok: true; readonly torrent: ParsedTorrent }
  | { readonly ok: false; readonly reason: string };

/** Default end of what is taken for a `.torrent` file: room for 5 TB in pieces of 4 MiB, or 70,000 files. */
export const MAX_TORRENT_BYTES: number = 64 * 1024 * 1024;

/**
 * Reads a `.torrent` file of any kind (BEP 3, 12, 19, 47, 52) that a stranger made, and takes it only when everything in it
 * agrees: canonical bencode; safe paths, none twice; as many v1 pieces as the lengths ask for; a piece layer for each file of
 * more than one piece, of the right length, that hashes up to its root, and no others; in a hybrid the same files in the same
 * order on both sides, and pads that make each begin with a piece. Work is bounded by the length of the input.
 * With `layersMayBeMissing` there may be no piece layers at all: peers give the info dictionary alone (BEP 9).
 */
export function parseTorrent(
  bytes: Uint8Array,
  maxBytes: number = MAX_TORRENT_BYTES,
  options: { readonly layersMayBeMissing?: boolean } = {},
): ParseTorrentResult {
  const decoded = decodeBencode(bytes, { maxBytes, rangeOfKey: "info" });
  if (!decoded.ok) return { ok: false, reason: `${decoded.reason} (at byte ${decoded.offsetBytes})` };
  try {
    const root = requireDictionary(decoded.value, "torrent");
    const { start, end } = decoded.range ?? { start: 0, end: 0 };
    const infoBytes = Buffer.from(bytes.subarray(start, end));
    return { ok: true, torrent: parseRoot(root, infoBytes, options.layersMayBeMissing ?? false) };
  } catch (error) {
    if (error instanceof TorrentFault) return { ok: false, reason: error.message };
    throw error;
  }
}

function parseRoot(root: BencodeDictionary, infoBytes: Buffer, layersMayBeMissing: boolean): ParsedTorrent {
  const info = requireDictionary(bencodeMember(root, "info"), "info");
  const name = requireSameText(info, "name");
  const nameFault = segmentFault(name);
  if (nameFault !== null) throw new TorrentFault(`name ${quoted(name)} is refused: ${nameFault}`);
  const pieceLengthBytes = requireCount(bencodeMember(info, "piece length"), "piece length");
  const isV1 = ["pieces", "files", "length"].some((key) => bencodeMember(info, key) !== undefined);
  const isV2 = ["meta version", "file tree"].some((key) => bencodeMember(info, key) !== undefined);
  if (!isV1 && !isV2) throw new TorrentFault("holds neither v1 nor v2 files");
  requireUsualPieceLength(pieceLengthBytes, isV2);

  const v1 = isV1 ? parseV1Files(info, name) : null;
  const piecesV1 = v1 === null ? null : parsePiecesV1(info, v1.files, pieceLengthBytes);
  const v2Files = isV2 ? parseV2Files(info, pieceLengthBytes) : null;
  const layout = v1?.layout ?? layoutOfTree(v2Files ?? [], name);
  if (layout === "file" && v2Files !== null && layoutOfTree(v2Files, name) !== "file") {
    throw new TorrentFault("v1 is one file and v2 is not");
  }
  return {
    kind: v1 === null ? "v2" : v2Files === null ? "v1" : "hybrid",
    infohashV1: isV1 ? sha1(infoBytes) : null,
    infohashV2: isV2 ? sha256(infoBytes) : null,
    infoBytes,
    name,
    layout,
    pieceLengthBytes,
    files:
      v1 === null
        ? (v2Files ?? [])
        : v2Files === null
          ? v1.files
          : joinHybrid(v1.files, v2Files, pieceLengthBytes),
    piecesV1: piecesV1 === null ? null : Buffer.from(piecesV1),
    pieceLayers:
      layersMayBeMissing && bencodeMember(root, "piece layers") === undefined
        ? new Map()
        : parsePieceLayers(root, v2Files ?? [], pieceLengthBytes),
    isPrivate: bencodeMember(info, "private") === 1n,
    announce: parseAnnounce(root),
    urlList: parseUrlList(bencodeMember(root, "url-list")),
  };
}

function requireUsualPieceLength(pieceLengthBytes: number, isV2: boolean): void {
  // Before BEP 52 any number was good; there are v1 torrents with pieces that are no power of two.
  if (
    pieceLengthBytes < 1 ||
    pieceLengthBytes > MAX_PIECE_LENGTH_BYTES ||
    (isV2 && !isPieceLength(pieceLengthBytes))
  ) {
    throw new TorrentFault(`piece length ${pieceLengthBytes} is out of bounds`);
  }
}

function parsePiecesV1(
  info: BencodeDictionary,
  files: readonly ParsedTorrentFile[],
  pieceLengthBytes: number,
): Buffer {
  const pieces = requireBytes(bencodeMember(info, "pieces"), "pieces");
  const last = files[files.length - 1];
  const pieceCount = Math.ceil(((last?.offsetBytes ?? 0) + (last?.sizeBytes ?? 0)) / pieceLengthBytes);
  if (pieceCount === 0) throw new TorrentFault("holds no bytes");
  if (pieces.length !== pieceCount * SHA1_BYTES) {
    throw new TorrentFault(
      `pieces are ${pieces.length} bytes where ${pieceCount} pieces of ${SHA1_BYTES} are due`,
    );
  }
  return pieces;
}

function parseV2Files(info: BencodeDictionary, pieceLengthBytes: number): readonly ParsedTorrentFile[] {
  if (requireCount(bencodeMember(info, "meta version"), "meta version") !== 2)
    throw new TorrentFault("meta version is not 2");
  const files = parseFileTree(info, pieceLengthBytes);
  if (files.every(({ sizeBytes }) => sizeBytes === 0)) throw new TorrentFault("holds no bytes");
  return files;
}

/** BEP 52: a tree of one file that has the torrent's name is a torrent of one file. */
function layoutOfTree(files: readonly ParsedTorrentFile[], name: string): TorrentLayout {
  const path = files.length === 1 ? files[0]?.path : undefined;
  return path?.length === 1 && path[0] === name ? "file" : "folder";
}

function parseAnnounce(root: BencodeDictionary): readonly string[] {
  const urls = new Set<string>();
  const first = bencodeMember(root, "announce");
  if (first !== undefined) urls.add(requireText(first, "announce"));
  const tiers = bencodeMember(root, "announce-list");
  for (const tier of tiers === undefined ? [] : requireList(tiers, "announce-list")) {
    for (const url of requireList(tier, "a tier of announce-list"))
      urls.add(requireText(url, "announce-list"));
  }
  urls.delete("");
  return [...urls];
}

function parseUrlList(item: BencodeItem | undefined): readonly string[] {
  if (item === undefined) return [];
  const urls = isBencodeList(item) ? item : [item];
  return urls.map((url) => requireText(url, "url-list")).filter((url) => url !== "");
}
