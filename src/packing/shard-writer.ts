import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import {
  explainSystemError,
  IntegrityError,
  OutOfSpaceError,
  type Policy,
  systemErrorCode,
} from "../core/index.ts";
import type { HashedFile, PieceHasher } from "../formats/torrent/piece-hasher.ts";
import { sealedBytes } from "../selection/index.ts";
import { readChunks, writeFully, zeroChunks } from "./file-bytes.ts";
import type { IndexRow } from "./index-row.ts";
import type { JournaledTrack, JournalHeader, JournalMark, ReadJournal } from "./shard-journal.ts";
import { ShardJournal } from "./shard-journal.ts";
import { hashPrefix } from "./shard-prefix.ts";
import { placeTrack } from "./tar-entry.ts";

/** The two files of a shard in the making. */
export interface PartialPaths {
  readonly tar: string;
  readonly journal: string;
}

/** A track to append: its JSON, the file with its audio, and what the index will say of it. */
export interface TrackToAppend {
  readonly json: Buffer;
  /** Spool file with the bytes to store: `row.sizeBytes` of them with the digest `row.sha256`. */
  readonly audioPath: string;
  readonly accession: string;
  readonly row: Omit<IndexRow, "offsetBytes" | "jsonOffsetBytes" | "jsonSizeBytes" | "jsonSha256">;
}

/** The bytes that were read are not the bytes that were hashed when they were spooled. */
export class SpoolMismatchError extends IntegrityError {}

/**
 * The one writer of a partial shard. Bytes are hashed in the pass that appends them; each track is journaled after its
 * bytes are on disk, so that a run that is killed at any moment goes on behind the last journaled track.
 */
export class ShardWriter {
  readonly #paths: PartialPaths;
  readonly #policy: Policy["packing"];
  readonly #tar: FileHandle;
  #journal: ShardJournal;
  #hasher: PieceHasher;
  readonly #tracks: JournaledTrack[];
  /** Places in the journal: behind the header, and behind each track. */
  readonly #marks: JournalMark[];

  private constructor(
    paths: PartialPaths,
    policy: Policy["packing"],
    tar: FileHandle,
    journal: ShardJournal,
    hasher: PieceHasher,
    tracks: readonly JournaledTrack[],
    marks: readonly JournalMark[],
  ) {
    this.#paths = paths;
    this.#policy = policy;
    this.#tar = tar;
    this.#journal = journal;
    this.#hasher = hasher;
    this.#tracks = [...tracks];
    this.#marks = [...marks];
  }

  /** Begins an empty shard. */
  static async create(
    paths: PartialPaths,
    header: JournalHeader,
    policy: Policy["packing"],
  ): Promise<ShardWriter> {
    return explained(paths, async () => {
      const tar = await open(paths.tar, "w+");
      return closingOnError(tar, async () => {
        const { hasher } = await hashPrefix(tar, [], policy.pieceLengthBytes);
        const journal = await ShardJournal.create(paths.journal, header);
        return new ShardWriter(paths, policy, tar, journal, hasher, [], [journal.mark]);
      });
    });
  }

  /** Goes on with a shard that an earlier run began, behind the last track that is as it was journaled. */
  static async resume(
    paths: PartialPaths,
    journal: ReadJournal,
    policy: Policy["packing"],
  ): Promise<ShardWriter> {
    return explained(paths, async () => {
      const tar = await open(paths.tar, "r+");
      return closingOnError(tar, async () => {
        const { hasher, keptTracks } = await hashPrefix(tar, journal.tracks, policy.pieceLengthBytes);
        const tracks = journal.tracks.slice(0, keptTracks);
        const marks = journal.marks.slice(0, keptTracks + 1);
        await tar.truncate(tracks.at(-1)?.endBytes ?? 0);
        const mark = marks.at(-1) ?? { bytes: 0, sum: "" };
        const resumed = await ShardJournal.resume(paths.journal, mark);
        return new ShardWriter(paths, policy, tar, resumed, hasher, tracks, marks);
      });
    });
  }

  get tracks(): readonly JournaledTrack[] {
    return this.#tracks;
  }

  /** Bytes of the tracks that are in the shard. */
  get contentBytes(): number {
    return this.#tracks.at(-1)?.endBytes ?? 0;
  }

  /**
   * Appends a track; it is safely on disk and journaled when this returns. Throws `SpoolMismatchError` when the spool file
   * is not what `row` says; the shard is then as it was before.
   */
  async append(track: TrackToAppend): Promise<JournaledTrack> {
    return explained(this.#paths, async () => {
      const { json, row } = track;
      const place = placeTrack(this.contentBytes, { ...row, jsonSizeBytes: json.length });
      const writeAt = async (position: number, bytes: Uint8Array): Promise<number> => {
        const writing = writeFully(this.#tar, bytes, position);
        this.#hasher.update(bytes);
        await writing;
        return position + bytes.length;
      };
      const head = [place.jsonHeader, json, place.jsonPadding, place.audioHeader];
      await writeAt(place.startBytes, Buffer.concat(head));
      const audioEnd = await this.#appendAudio(track, place.audioOffsetBytes, writeAt);
      if (audioEnd === null) {
        await this.#rollBack();
        throw new SpoolMismatchError(
          `the spooled bytes of track ${row.trackId} are not those that were hashed`,
          {
            hint: "the disk or the memory of this machine may be failing: check both, then run the command again",
          },
        );
      }
      await writeAt(audioEnd, place.audioPadding);
      await this.#tar.datasync();
      const journaled: JournaledTrack = {
        kind: "track",
        startBytes: place.startBytes,
        endBytes: place.endBytes,
        accession: track.accession,
        row: {
          ...row,
          offsetBytes: place.audioOffsetBytes,
          jsonOffsetBytes: place.jsonOffsetBytes,
          jsonSizeBytes: json.length,
          jsonSha256: createHash("sha256").update(json).digest("hex"),
        },
      };
      await this.#journal.append(journaled);
      this.#tracks.push(journaled);
      this.#marks.push(this.#journal.mark);
      return journaled;
    });
  }

  /** Ends the tar and fills the last piece with zeros. Its bytes are complete and on disk when this returns. */
  async finish(): Promise<HashedFile> {
    return explained(this.#paths, async () => {
      let position = this.contentBytes;
      for (const zeros of zeroChunks(sealedBytes(position, this.#policy) - position)) {
        await writeFully(this.#tar, zeros, position);
        this.#hasher.update(zeros);
        position += zeros.length;
      }
      await this.#tar.datasync();
      return this.#hasher.finish();
    });
  }

  /** Notes the name that the finished shard is about to get. */
  async noteSealing(id: string): Promise<void> {
    await explained(this.#paths, () => this.#journal.append({ kind: "sealing", id }));
  }

  async close(): Promise<void> {
    await this.#tar.close();
    await this.#journal.close();
  }

  /** Copies the spool file to `position` on; null when it is not what `row` says. */
  async #appendAudio(
    { audioPath, row }: TrackToAppend,
    start: number,
    writeAt: (position: number, bytes: Uint8Array) => Promise<number>,
  ): Promise<number | null> {
    const hash = createHash("sha256");
    let position = start;
    const spool = await open(audioPath, "r");
    try {
      // One byte more than expected, so that a file that is too long is noticed.
      for await (const chunk of readChunks(spool, 0, row.sizeBytes + 1)) {
        hash.update(chunk);
        position = await writeAt(position, chunk);
      }
    } finally {
      await spool.close();
    }
    return position === start + row.sizeBytes && hash.digest("hex") === row.sha256 ? position : null;
  }

  async #rollBack(): Promise<void> {
    const { hasher, keptTracks } = await hashPrefix(this.#tar, this.#tracks, this.#policy.pieceLengthBytes);
    if (keptTracks !== this.#tracks.length) {
      throw new IntegrityError(`"${this.#paths.tar}" is not what was written to it`, {
        hint: "check the disk, then run the command again: it keeps the tracks that are whole",
      });
    }
    this.#hasher = hasher;
    await this.#tar.truncate(this.contentBytes);
  }
}

async function closingOnError<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function explained<T>(paths: PartialPaths, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (systemErrorCode(error) === "EFBIG") {
      throw new OutOfSpaceError(
        `"${paths.tar}" may not grow any more: a limit of the file system or of this process`,
        {
          cause: error,
          hint: "raise the limit, or plan with a smaller packing.shardTargetBytes; then run the same command again",
        },
      );
    }
    throw explainSystemError(error, `writing "${paths.tar}"`);
  }
}
