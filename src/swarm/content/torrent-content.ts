import { join } from "node:path";
import { FailedError } from "../../core/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { OpenFiles } from "./open-files.ts";
import { planRead } from "./plan-read.ts";

/** The bytes of a torrent as they lie on disk, complete; read as one stream that its pieces cut. */
export class TorrentContent {
  readonly torrent: ParsedTorrent;
  /** Of the stream: pads and the gaps that v2 leaves between files are in it. */
  readonly sizeBytes: number;
  readonly pieceCount: number;
  private readonly paths: readonly string[];
  private readonly openFiles: OpenFiles;

  /** `folder` holds the torrent's own folder, or its one file. */
  constructor(torrent: ParsedTorrent, folder: string, openFiles: OpenFiles) {
    this.torrent = torrent;
    this.openFiles = openFiles;
    const root = torrent.layout === "file" ? folder : join(folder, torrent.name);
    this.paths = torrent.files.map(({ path }) => join(root, ...path));
    const last = torrent.files.at(-1);
    this.sizeBytes = (last?.offsetBytes ?? 0) + (last?.sizeBytes ?? 0);
    this.pieceCount = Math.ceil(this.sizeBytes / torrent.pieceLengthBytes);
  }

  /** Where the file at this place in `torrent.files` lies on disk. */
  pathOf(index: number): string {
    return this.paths[index] ?? "";
  }

  /** Length of a piece in the stream; 0 for one that is not there. */
  pieceBytes(piece: number): number {
    const { pieceLengthBytes } = this.torrent;
    return Math.max(0, Math.min(pieceLengthBytes, this.sizeBytes - piece * pieceLengthBytes));
  }

  /** Fills the targets, one after the other, from `offsetBytes` of the stream on. Throws `FailedError` when a file is not whole. */
  async readInto(targets: readonly Buffer[], offsetBytes: number): Promise<void> {
    const lengthBytes = targets.reduce((sum, target) => sum + target.length, 0);
    const parts = planRead(this.torrent.files, offsetBytes, lengthBytes);
    let rest = targets;
    for (const part of parts) {
      const [these, others] = splitAt(rest, part.lengthBytes);
      rest = others;
      if (part.file === null) for (const target of these) target.fill(0);
      else await this.readFile(part.file, these, part.offsetBytes);
    }
  }

  private async readFile(index: number, targets: readonly Buffer[], offsetBytes: number): Promise<void> {
    const path = this.pathOf(index);
    const sizeBytes = this.torrent.files[index]?.sizeBytes ?? 0;
    const wanted = targets.reduce((sum, target) => sum + target.length, 0);
    await this.openFiles.with(path, sizeBytes, async (file) => {
      let done = 0;
      while (done < wanted) {
        const [, left] = splitAt(targets, done);
        const { bytesRead } = await file.readv(left, offsetBytes + done);
        if (bytesRead === 0) throw new FailedError(`"${path}" is shorter than it was`);
        done += bytesRead;
      }
    });
  }
}

/** The first `bytes` bytes of the buffers, and the others; one that lies on both sides is cut. */
function splitAt(buffers: readonly Buffer[], bytes: number): [Buffer[], Buffer[]] {
  const before: Buffer[] = [];
  const after: Buffer[] = [];
  let left = bytes;
  for (const buffer of buffers) {
    if (left >= buffer.length) before.push(buffer);
    else if (left <= 0) after.push(buffer);
    else {
      before.push(buffer.subarray(0, left));
      after.push(buffer.subarray(left));
    }
    left -= buffer.length;
  }
  return [before, after];
}
