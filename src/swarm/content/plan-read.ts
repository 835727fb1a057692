import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";

/** A run of the torrent's stream that comes out of one file, or is zeros (`file` null: pads, and gaps that v2 leaves). */
export interface ReadPart {
  readonly file: number | null;
  /** Where it begins in the file. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** The parts, in order, of `lengthBytes` bytes of the stream from `offsetBytes` on. Files are in the order of the stream. */
export function planRead(
  files: readonly ParsedTorrentFile[],
  offsetBytes: number,
  lengthBytes: number,
): readonly ReadPart[] {
  const parts: ReadPart[] = [];
  const end = offsetBytes + lengthBytes;
  let position = offsetBytes;
  for (let index = lastStartingAt(files, offsetBytes); position < end; index += 1) {
    const file = files[index];
    const startOfNext = files[index + 1]?.offsetBytes ?? Number.POSITIVE_INFINITY;
    const inFile = file && !file.isPad ? file.offsetBytes + file.sizeBytes - position : 0;
    if (inFile > 0 && file) {
      const taken = Math.min(inFile, end - position);
      parts.push({ file: index, offsetBytes: position - file.offsetBytes, lengthBytes: taken });
      position += taken;
    }
    const zeros = Math.min(startOfNext, end) - position;
    if (zeros > 0) {
      parts.push({ file: null, offsetBytes: 0, lengthBytes: zeros });
      position += zeros;
    }
  }
  return parts;
}

/** The last file that begins at or before `offsetBytes`, by bisection. */
function lastStartingAt(files: readonly ParsedTorrentFile[], offsetBytes: number): number {
  let low = 0;
  let high = files.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((files[middle]?.offsetBytes ?? 0) <= offsetBytes) low = middle;
    else high = middle;
  }
  return low;
}
