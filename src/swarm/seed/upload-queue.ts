import { type BlockRange, PIECE_HEAD_BYTES } from "../../formats/peer-wire/index.ts";

/** What one read and one write take: the more, the fewer system calls for each megabyte. */
export const MAX_BATCH_BYTES: number = 256 * 1024;

/** Blocks that a peer has asked for, in its order. */
export class UploadQueue {
  private readonly most: number;
  private ranges: BlockRange[] = [];
  private first = 0;

  constructor(most: number) {
    this.most = most;
  }

  get length(): number {
    return this.ranges.length - this.first;
  }

  /** False when the queue is full. */
  add(range: BlockRange): boolean {
    if (this.length >= this.most) return false;
    this.ranges.push(range);
    return true;
  }

  /** True when the range was waiting. */
  cancel(range: BlockRange): boolean {
    for (let index = this.first; index < this.ranges.length; index += 1) {
      const one = this.ranges[index];
      if (one?.piece !== range.piece || one.beginBytes !== range.beginBytes) continue;
      if (one.lengthBytes !== range.lengthBytes) continue;
      this.ranges.splice(index, 1);
      return true;
    }
    return false;
  }

  /** Takes all that wait, when the peer is choked. */
  drain(): readonly BlockRange[] {
    const all = this.ranges.slice(this.first);
    this.ranges = [];
    this.first = 0;
    return all;
  }

  /** Takes the first range and those after it that go on where it ends, as many as one batch holds. */
  takeRun(): readonly BlockRange[] {
    const run: BlockRange[] = [];
    let bytes = 0;
    for (let range = this.ranges[this.first]; range; range = this.ranges[this.first]) {
      const last = run.at(-1);
      const goesOn =
        last === undefined ||
        (range.piece === last.piece && range.beginBytes === last.beginBytes + last.lengthBytes);
      bytes += PIECE_HEAD_BYTES + range.lengthBytes;
      if (!goesOn || (last !== undefined && bytes > MAX_BATCH_BYTES)) break;
      run.push(range);
      this.first += 1;
    }
    if (this.first > 1024 || this.first === this.ranges.length) {
      this.ranges = this.ranges.slice(this.first);
      this.first = 0;
    }
    return run;
  }
}
