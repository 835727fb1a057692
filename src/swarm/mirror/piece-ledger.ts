import type { PlannedPiece } from "./piece-plan.ts";

interface Entry {
  readonly piece: PlannedPiece;
  isThere: boolean;
  /** Who is at it, and since when (milliseconds). */
  readonly taken: Map<string, number>;
}

/**
 * Which pieces are there and who fetches which: the plan of a whole download, without a socket in it. Pieces are handed out in their
 * order, so that a disk is written from front to back; a second source gets a piece only when the first has had it for
 * `patienceMs` and nothing else is left.
 */
export class PieceLedger {
  private readonly entries: readonly Entry[];
  private readonly patienceMs: number;
  private missing: number;
  private cursor = 0;

  constructor(pieces: readonly PlannedPiece[], patienceMs = 10_000) {
    this.entries = pieces.map((piece) => ({ piece, isThere: false, taken: new Map() }));
    this.missing = pieces.length;
    this.patienceMs = patienceMs;
  }

  get isComplete(): boolean {
    return this.missing === 0;
  }

  get missingPieces(): readonly PlannedPiece[] {
    return this.entries.filter(({ isThere }) => !isThere).map(({ piece }) => piece);
  }

  /** A piece for a source to fetch; null when there is nothing for it to do now. */
  take(source: string, has: (piece: PlannedPiece) => boolean, nowMs: number): PlannedPiece | null {
    while (this.entries[this.cursor]?.isThere) this.cursor += 1;
    let late: Entry | null = null;
    for (let index = this.cursor; index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (entry === undefined || entry.isThere || entry.taken.has(source) || !has(entry.piece)) continue;
      if (entry.taken.size === 0) {
        entry.taken.set(source, nowMs);
        return entry.piece;
      }
      const since = Math.max(...entry.taken.values());
      if (late === null && nowMs - since >= this.patienceMs) late = entry;
    }
    late?.taken.set(source, nowMs);
    return late?.piece ?? null;
  }

  /** The piece is there, whoever brought it. False when it was there already. */
  keep(piece: PlannedPiece): boolean {
    const entry = this.entries[piece.index];
    if (entry === undefined || entry.isThere) return false;
    entry.isThere = true;
    entry.taken.clear();
    this.missing -= 1;
    return true;
  }

  /** The source will not bring it. */
  giveUp(source: string, piece: PlannedPiece): void {
    this.entries[piece.index]?.taken.delete(source);
  }
}
