import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { IntegrityError, throwIfAborted } from "../core/index.ts";
import { TAR_BLOCK_BYTES } from "../formats/tar/header.ts";
import { tarEndBytes } from "../formats/tar/writer.ts";
import { type HashedFile, PieceHasher } from "../formats/torrent/piece-hasher.ts";
import type { IndexRow } from "../packing/index-row.ts";

export interface DeriveOptions {
  /** The tar of the sealed shard. */
  readonly from: string;
  /** Where the new tar is written; it must not exist. */
  readonly to: string;
  /** All tracks of the sealed shard, by place. */
  readonly rows: readonly IndexRow[];
  readonly keeps: (trackId: string) => boolean;
  readonly pieceLengthBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number) => void;
}

export interface DerivedShard {
  readonly hashed: HashedFile;
  /** The kept tracks with their new places, in order. */
  readonly rows: readonly IndexRow[];
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes a shard again with some of its tracks only: their entries as they are, one behind the other, and a new end. One pass
 * copies, hashes the new tar, and makes sure that each kept track is what was sealed.
 * Throws `IntegrityError` when it is not.
 */
export async function deriveShard(options: DeriveOptions): Promise<DerivedShard> {
  const hasher = new PieceHasher(options.pieceLengthBytes);
  const source = await open(options.from, "r");
  try {
    const target = await open(options.to, "wx", 0o644);
    try {
      const rows: IndexRow[] = [];
      let cursor = 0;
      const write = async (chunk: Buffer): Promise<void> => {
        hasher.update(chunk);
        await target.writeFile(chunk);
        options.onBytes?.(chunk.length);
      };
      let start = 0;
      for (const row of options.rows) {
        throwIfAborted(options.signal);
        const end = row.offsetBytes + Math.ceil(row.sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
        if (options.keeps(row.trackId)) {
          await copyTrack(source, { row, start, end, path: options.from }, write);
          const shift = cursor - start;
          rows.push({
            ...row,
            offsetBytes: row.offsetBytes + shift,
            jsonOffsetBytes: row.jsonOffsetBytes + shift,
          });
          cursor += end - start;
        }
        start = end;
      }
      await write(tarEndBytes(cursor, options.pieceLengthBytes));
      await target.sync();
      return { hashed: hasher.finish(), rows };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

interface TrackRegion {
  readonly row: IndexRow;
  /** From the header of its JSON to the end of the padding behind its audio. */
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

async function copyTrack(
  source: FileHandle,
  { row, start, end, path }: TrackRegion,
  write: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const json = new RangeHash(row.jsonOffsetBytes, row.jsonSizeBytes);
  const audio = new RangeHash(row.offsetBytes, row.sizeBytes);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = start;
  while (position < end) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(CHUNK_BYTES, end - position), position);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    json.update(chunk, position);
    audio.update(chunk, position);
    await write(chunk);
    position += bytesRead;
  }
  if (position === end && json.digest() === row.jsonSha256 && audio.digest() === row.sha256) return;
  throw new IntegrityError(`track ${row.trackId} in "${path}" is not what was sealed`, {
    hint: "restore the shard from a copy, or delete it with its index and pack again",
  });
}

/** SHA-256 of one stretch of a file, from chunks of the whole. */
class RangeHash {
  private readonly hash: Hash = createHash("sha256");
  private readonly start: number;
  private readonly end: number;

  constructor(start: number, length: number) {
    this.start = start;
    this.end = start + length;
  }

  update(chunk: Buffer, offsetBytes: number): void {
    const from = Math.max(0, this.start - offsetBytes);
    const to = Math.max(0, this.end - offsetBytes);
    if (from < chunk.length && to > from) this.hash.update(chunk.subarray(from, to));
  }

  digest(): string {
    return this.hash.digest("hex");
  }
}
