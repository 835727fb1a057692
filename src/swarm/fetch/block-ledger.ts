/** BEP 3 and 52: what peers are asked for at a time; also the size of a leaf, by which a wrong block is found. */
export const BLOCK_BYTES: number = 16 * 1024;

/** Who gave the blocks of an earlier run. */
export const KEPT = "an earlier run";

/** A stretch of the torrent's stream inside one block of 16 KiB. */
export interface Block {
  readonly index: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

interface Entry {
  readonly block: Block;
  /** Who is at it, and since when (milliseconds). */
  readonly asked: Map<string, number>;
  /** Who gave it; null while it is missing. */
  givenBy: string | null;
}

/**
 * Which blocks of a stretch are there, who is at which, and who gave which: the plan of a download from several sources, without
 * a socket in it. A block goes to a second source only when the first has kept it for `patienceMs`.
 */
export class BlockLedger {
  private readonly entries: Entry[];
  private readonly patienceMs: number;
  private missing: number;
  /** Everything before is there or asked for. */
  private cursor = 0;

  constructor(startBytes: number, endBytes: number, patienceMs = 3000) {
    this.patienceMs = patienceMs;
    this.entries = blocksOf(startBytes, endBytes).map((block) => ({
      block,
      asked: new Map(),
      givenBy: null,
    }));
    this.missing = this.entries.length;
  }

  get isComplete(): boolean {
    return this.missing === 0;
  }

  get blocks(): readonly Block[] {
    return this.entries.map(({ block }) => block);
  }

  /** The next blocks for a source, at most `most`, one behind the other; empty when there is nothing for it to do. */
  take(source: string, most: number, nowMs: number): readonly Block[] {
    while (this.cursor < this.entries.length && !isFree(this.entries[this.cursor])) this.cursor += 1;
    const fresh = this.run(source, this.cursor, most, nowMs, isFree);
    if (fresh.length > 0) return fresh;
    const isLate = (entry: Entry | undefined): boolean =>
      entry !== undefined &&
      entry.givenBy === null &&
      !entry.asked.has(source) &&
      [...entry.asked.values()].every((since) => nowMs - since >= this.patienceMs);
    return this.run(source, this.entries.findIndex(isLate), most, nowMs, isLate);
  }

  /** False when the block is there already, or was never asked of this source. */
  give(source: string, block: Block): boolean {
    const entry = this.entries[block.index];
    if (!entry?.asked.delete(source) || entry.givenBy !== null) return false;
    entry.givenBy = source;
    this.missing -= 1;
    return true;
  }

  /** The source will not give this block. */
  giveUp(source: string, block: Block): void {
    this.entries[block.index]?.asked.delete(source);
    this.cursor = Math.min(this.cursor, block.index);
  }

  /** A block that is known to be there from an earlier run. */
  keep(index: number): void {
    const entry = this.entries[index];
    if (!entry || entry.givenBy !== null) return;
    entry.givenBy = KEPT;
    this.missing -= 1;
  }

  /** The block is wrong: it has to come again. Returns who gave it. */
  takeBack(index: number): string | null {
    const entry = this.entries[index];
    if (!entry || entry.givenBy === null) return null;
    const { givenBy } = entry;
    entry.givenBy = null;
    this.missing += 1;
    this.cursor = Math.min(this.cursor, index);
    return givenBy;
  }

  /** Who gave which blocks. */
  givers(): ReadonlyMap<string, readonly Block[]> {
    const givers = new Map<string, Block[]>();
    for (const { block, givenBy } of this.entries) {
      if (givenBy === null) continue;
      const blocks = givers.get(givenBy) ?? [];
      blocks.push(block);
      givers.set(givenBy, blocks);
    }
    return givers;
  }

  private run(
    source: string,
    from: number,
    most: number,
    nowMs: number,
    fits: (entry: Entry | undefined) => boolean,
  ): readonly Block[] {
    const taken: Block[] = [];
    for (let index = from; index >= 0 && taken.length < most; index += 1) {
      const entry = this.entries[index];
      if (entry === undefined || !fits(entry)) break;
      entry.asked.set(source, nowMs);
      taken.push(entry.block);
    }
    return taken;
  }
}

function isFree(entry: Entry | undefined): boolean {
  return entry !== undefined && entry.givenBy === null && entry.asked.size === 0;
}

/** The blocks that a stretch of the stream touches, cut to it. */
function blocksOf(startBytes: number, endBytes: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let offsetBytes = startBytes; offsetBytes < endBytes; ) {
    const end = Math.min(endBytes, (Math.floor(offsetBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES);
    blocks.push({ index: blocks.length, offsetBytes, lengthBytes: end - offsetBytes });
    offsetBytes = end;
  }
  return blocks;
}
