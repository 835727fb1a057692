import type { TrackRange } from "./planning-catalogue.ts";

/** What was found out about a track before it is weighed; 0 is nothing. */
export const MARK = { duplicateIsrc: 1, duplicateRecording: 2, floor: 3, duplicateSound: 4 } as const;

/** The marks of tracks by stretch: ids in any order go in, a byte for each track of the stretch comes out. */
export class TrackMarks {
  readonly #ranges: readonly TrackRange[];
  /** The lower and upper halves of the first ids of the ranges: comparing these makes no bigint for each number. */
  readonly #firsts: Uint32Array;
  /** The ids that were found, by range and kind, until the marks are made of them. */
  readonly #found: Map<number, IdList>[];
  readonly #marks = new Map<TrackRange, Uint8Array>();

  constructor(ranges: readonly TrackRange[]) {
    this.#ranges = ranges;
    this.#firsts = new Uint32Array(BigUint64Array.from(ranges, ({ first }) => first).buffer);
    this.#found = ranges.map(() => new Map());
  }

  add(trackIds: BigUint64Array, kind: number): void {
    const halves = halvesOf(trackIds);
    for (let at = 0; at < halves.length; at += 2) {
      const low = halves[at] ?? 0;
      const high = halves[at + 1] ?? 0;
      const found = this.#found[this.#rangeOf(low, high)];
      if (!found) continue;
      let list = found.get(kind);
      if (!list) {
        list = new IdList();
        found.set(kind, list);
      }
      list.add(low, high);
    }
  }

  /** The marks of the tracks of a stretch, whose ids rise. They are made once, and stay. */
  of(range: TrackRange, trackIds: BigUint64Array): Uint8Array {
    const made = this.#marks.get(range);
    if (made) return made;
    const marks = new Uint8Array(trackIds.length);
    this.#marks.set(range, marks);
    const found = this.#found[this.#ranges.indexOf(range)];
    for (const [kind, list] of found ?? []) markAll(marks, halvesOf(trackIds), halvesOf(list.sorted()), kind);
    found?.clear();
    return marks;
  }

  /** The last range that does not begin beyond an id. */
  #rangeOf(low: number, high: number): number {
    let [from, to] = [0, this.#ranges.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (isBefore(low, high, this.#firsts[2 * middle] ?? 0, this.#firsts[2 * middle + 1] ?? 0)) to = middle;
      else from = middle;
    }
    return from;
  }
}

/** Ids in halves, the lower one first. */
class IdList {
  #halves = new Uint32Array(64);
  #length = 0;

  add(low: number, high: number): void {
    if (this.#length === this.#halves.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#halves);
      this.#halves = larger;
    }
    this.#halves[this.#length] = low;
    this.#halves[this.#length + 1] = high;
    this.#length += 2;
  }

  sorted(): BigUint64Array {
    return new BigUint64Array(this.#halves.buffer, 0, this.#length / 2).sort();
  }
}

/** Both lists of ids rise. */
function markAll(marks: Uint8Array, ids: Uint32Array, marked: Uint32Array, kind: number): void {
  let at = 0;
  for (let mark = 0; mark < marked.length; mark += 2) {
    const low = marked[mark] ?? 0;
    const high = marked[mark + 1] ?? 0;
    while (at < marks.length && isBefore(ids[2 * at] ?? 0, ids[2 * at + 1] ?? 0, low, high)) at += 1;
    if (at === marks.length) return;
    if (ids[2 * at] === low && ids[2 * at + 1] === high) marks[at] = kind;
  }
}

function halvesOf({ buffer, byteOffset, length }: BigUint64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length * 2);
}

function isBefore(low: number, high: number, otherLow: number, otherHigh: number): boolean {
  return high < otherHigh || (high === otherHigh && low < otherLow);
}
