import { constants } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { ensureFolder, syncFolder, systemErrorCode, writeFileAtomic } from "../../core/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import { isRightPiece, type PlannedPiece } from "./piece-plan.ts";

const stateSchema = z.object({
  format: z.literal("deadwax-pieces/1"),
  /** Hex of the torrent's v2 infohash. */
  torrent: z.string(),
  /** A bit for each piece, most significant first: 1 when it was proved and is synced. */
  pieces: z.base64(),
});

const MAX_STATE_BYTES = 16 * 1024 * 1024;
/** How much a kill may cost: bytes are synced and said to be there when so many came, or so long after. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;
const SYNC_EVERY_MS = 2000;

/**
 * The files of a torrent while they come, below `folder`. A piece counts as there, for us after a kill and for other peers, only
 * when its bytes are synced.
 */
export class PieceStore {
  readonly folder: string;
  private readonly torrent: ParsedTorrent;
  private readonly bits: Buffer;
  private readonly files = new Map<number, Promise<FileHandle>>();
  private unsynced: PlannedPiece[] = [];
  private unsyncedBytes = 0;
  private syncedMs = performance.now();
  private syncing: Promise<void> = Promise.resolve();
  private readonly onHave: (piece: PlannedPiece) => void;
  /** Whether it is known what is there; else files may lie there of which nothing is known. */
  readonly isKnown: boolean;

  private constructor(
    folder: string,
    torrent: ParsedTorrent,
    bits: Buffer,
    onHave: (piece: PlannedPiece) => void,
    isKnown: boolean,
  ) {
    this.isKnown = isKnown;
    this.folder = folder;
    this.torrent = torrent;
    this.bits = bits;
    this.onHave = onHave;
  }

  /** `onHave` is told of pieces as they get synced. */
  static async open(
    folder: string,
    torrent: ParsedTorrent,
    pieceCount: number,
    onHave: (piece: PlannedPiece) => void = () => {},
  ): Promise<PieceStore> {
    await ensureFolder(folder);
    const sizeBytes = Math.ceil(pieceCount / 8);
    const known = await readState(pieceStatePath(folder), torrent);
    const bits = known?.length === sizeBytes ? known : null;
    return new PieceStore(folder, torrent, bits ?? Buffer.alloc(sizeBytes), onHave, bits !== null);
  }

  has({ index }: PlannedPiece): boolean {
    return (((this.bits[index >>> 3] ?? 0) >>> (7 - (index & 7))) & 1) === 1;
  }

  pathOf(file: number): string {
    return join(this.folder, ...(this.torrent.files[file]?.path ?? []));
  }

  /** Pieces that are there by other means: a file that another release has too. */
  async adopt(pieces: readonly PlannedPiece[]): Promise<void> {
    for (const piece of pieces) this.set(piece);
    await this.save();
    for (const piece of pieces) this.onHave(piece);
  }

  /** Reads what lies there and keeps what is right: another program may have fetched it. */
  async recheck(pieces: readonly PlannedPiece[]): Promise<void> {
    const buffer = Buffer.allocUnsafe(this.torrent.pieceLengthBytes);
    let path = "";
    let file: FileHandle | null = null;
    try {
      for (const piece of pieces) {
        if (this.pathOf(piece.file) !== path) {
          await file?.close();
          path = this.pathOf(piece.file);
          file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
        }
        const bytes = buffer.subarray(0, piece.lengthBytes);
        const read = await file?.read(bytes, 0, bytes.length, piece.offsetInFileBytes);
        if (read?.bytesRead === bytes.length && isRightPiece(piece, bytes)) this.unsynced.push(piece);
      }
    } finally {
      await file?.close();
    }
    await this.sync();
  }

  /** Writes a piece that was proved. */
  async write(piece: PlannedPiece, bytes: Buffer): Promise<void> {
    const file = await this.fileOf(piece.file);
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(
        bytes,
        done,
        bytes.length - done,
        piece.offsetInFileBytes + done,
      );
      done += bytesWritten;
    }
    this.unsynced.push(piece);
    this.unsyncedBytes += bytes.length;
    const isDue = performance.now() - this.syncedMs >= SYNC_EVERY_MS;
    if (isDue || this.unsyncedBytes >= SYNC_EVERY_BYTES) await this.sync();
  }

  /** Syncs what was written, and then says on disk and to peers that it is there. */
  sync(): Promise<void> {
    this.syncing = this.syncing.then(async () => {
      const pieces = this.unsynced;
      this.unsynced = [];
      this.unsyncedBytes = 0;
      this.syncedMs = performance.now();
      if (pieces.length === 0) return;
      const touched = new Set(pieces.map(({ file }) => file));
      for (const index of touched) await (await this.fileOf(index)).datasync();
      for (const piece of pieces) this.set(piece);
      await this.save();
      for (const piece of pieces) this.onHave(piece);
    });
    return this.syncing;
  }

  /** Closes all files; what was written is synced before. */
  async close(): Promise<void> {
    await this.sync();
    for (const file of this.files.values()) await (await file).close();
    this.files.clear();
  }

  /** Makes empty files, syncs folders: what is left before the folder gets its name. Call it when all pieces are there. */
  async finish(): Promise<void> {
    await this.close();
    const folders = new Set([this.folder]);
    for (const [index, { isPad, sizeBytes }] of this.torrent.files.entries()) {
      if (isPad) continue;
      const path = this.pathOf(index);
      folders.add(dirname(path));
      if (sizeBytes > 0) continue;
      await ensureFolder(dirname(path));
      await (await open(path, "a")).close();
    }
    for (const folder of folders) await syncFolder(folder);
  }

  private set({ index }: PlannedPiece): void {
    this.bits[index >>> 3] = (this.bits[index >>> 3] ?? 0) | (0x80 >>> (index & 7));
  }

  private async save(): Promise<void> {
    const torrent = this.torrent.infohashV2?.toString("hex") ?? "";
    const state = { format: "deadwax-pieces/1", torrent, pieces: this.bits.toString("base64") };
    await writeFileAtomic(pieceStatePath(this.folder), `${JSON.stringify(state)}\n`);
  }

  private fileOf(index: number): Promise<FileHandle> {
    const known = this.files.get(index);
    if (known) return known;
    const opening = this.openFile(index);
    this.files.set(index, opening);
    return opening;
  }

  private async openFile(index: number): Promise<FileHandle> {
    const path = this.pathOf(index);
    await ensureFolder(dirname(path));
    try {
      return await open(path, "r+");
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") throw error;
      const file = await open(path, "w+", 0o644);
      // As long as it will be, with holes: who reads pieces of it for others finds it so.
      await file.truncate(this.torrent.files[index]?.sizeBytes ?? 0);
      return file;
    }
  }
}

/** Beside the folder, so that nothing is in it that is not of the torrent. */
export function pieceStatePath(folder: string): string {
  return `${folder}.pieces.json`;
}

async function readState(path: string, torrent: ParsedTorrent): Promise<Buffer | null> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_STATE_BYTES) return null;
    const state = stateSchema.safeParse(JSON.parse(bytes.toString("utf8")));
    const isOurs = state.success && state.data.torrent === torrent.infohashV2?.toString("hex");
    return isOurs ? Buffer.from(state.data.pieces, "base64") : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
