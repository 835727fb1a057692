import { TorrentFault } from "./torrent-fields.ts";
import type { ParsedTorrentFile } from "./torrent-file-list.ts";

/**
 * The v1 files of a hybrid with their roots from the v2 tree. Both sides must hold the same files in the same order
 * (BEP 52), and pads (BEP 47) must make each begin with a piece; a pad after the last one is optional.
 */
export function joinHybrid(
  v1Files: readonly ParsedTorrentFile[],
  v2Files: readonly ParsedTorrentFile[],
  pieceLengthBytes: number,
): readonly ParsedTorrentFile[] {
  let next = 0;
  const joined = v1Files.map((file, index): ParsedTorrentFile => {
    if (file.isPad) {
      const isDue = v1Files[index - 1]?.isPad === false && file.offsetBytes % pieceLengthBytes !== 0;
      if (
        !isDue ||
        (file.offsetBytes + file.sizeBytes) % pieceLengthBytes !== 0 ||
        file.sizeBytes >= pieceLengthBytes
      ) {
        throw new TorrentFault("a pad does not reach from the end of a file to the next piece");
      }
      return file;
    }
    const twin = v2Files[next];
    next += 1;
    if (
      twin === undefined ||
      twin.sizeBytes !== file.sizeBytes ||
      twin.path.join("/") !== file.path.join("/")
    ) {
      throw new TorrentFault("v1 and v2 do not hold the same files in the same order");
    }
    if (file.sizeBytes > 0 && file.offsetBytes !== twin.offsetBytes) {
      throw new TorrentFault("a file does not begin with a piece");
    }
    return { ...file, piecesRoot: twin.piecesRoot };
  });
  if (next !== v2Files.length)
    throw new TorrentFault("v1 and v2 do not hold the same files in the same order");
  return joined;
}
