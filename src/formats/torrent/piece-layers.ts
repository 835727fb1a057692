import { type BencodeDictionary, bencodeMember } from "../bencode/decode.ts";
import { rootOfPieceLayer, SHA256_BYTES } from "./merkle.ts";
import { requireBytes, requireDictionary, TorrentFault } from "./torrent-fields.ts";
import type { ParsedTorrentFile } from "./torrent-file-list.ts";

/**
 * Reads `piece layers` of a torrent (BEP 52), by the hex of the pieces root: one for each file of more than one piece, of 32
 * bytes for each piece, and no others. Each is hashed up to its root once, however many files share it.
 */
export function parsePieceLayers(
  root: BencodeDictionary,
  files: readonly ParsedTorrentFile[],
  pieceLengthBytes: number,
): ReadonlyMap<string, Buffer> {
  const item = bencodeMember(root, "piece layers");
  const given = new Map<string, Buffer>();
  if (item !== undefined) {
    for (const [key, layer] of requireDictionary(item, "piece layers")) {
      given.set(key.toString("hex"), requireBytes(layer, "a piece layer"));
    }
  }
  const layers = new Map<string, Buffer>();
  for (const { sizeBytes, piecesRoot } of files) {
    if (piecesRoot === null || sizeBytes <= pieceLengthBytes) continue;
    const key = piecesRoot.toString("hex");
    const layer = given.get(key);
    if (layer === undefined) throw new TorrentFault(`no piece layer for pieces root ${key}`);
    if (layer.length !== Math.ceil(sizeBytes / pieceLengthBytes) * SHA256_BYTES) {
      throw new TorrentFault(`piece layer of ${key} does not fit the file's length`);
    }
    if (layers.has(key)) continue;
    if (!rootOfPieceLayer(layer, pieceLengthBytes).equals(piecesRoot)) {
      throw new TorrentFault(`piece layer does not hash up to its pieces root ${key}`);
    }
    layers.set(key, Buffer.from(layer));
  }
  if (layers.size !== given.size) throw new TorrentFault("a piece layer belongs to no file");
  return layers;
}
