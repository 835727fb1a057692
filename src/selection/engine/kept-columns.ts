import type { TrackRange } from "./planning-catalogue.ts";
import type { Numbers, TrackColumns } from "./track-columns.ts";

/** All of a stretch but its marks, which stay anyway, and the ids, which cost little to read again. */
export type Kept = Omit<TrackColumns, "trackIds" | "marks">;

/**
 * What the first pass has read, so that the next ones need not read it again: 9 to 13 bytes a track, where nothing is held.
 * Stretches that do not fit into so many bytes any more are read again.
 */
export class KeptColumns {
  readonly #stretches = new Map<TrackRange, Kept>();
  #bytesLeft: number;

  constructor(limitBytes: number) {
    this.#bytesLeft = limitBytes;
  }

  get(range: TrackRange): Kept | null {
    return this.#stretches.get(range) ?? null;
  }

  /** Keeps a copy of a stretch if there is room for it. */
  keep(range: TrackRange, read: Kept): void {
    // Packed, it takes half of that at least.
    if (bytesOf(read) / 2 > this.#bytesLeft || this.#stretches.has(range)) return;
    const { assumedMs, traits, values, held, ranks } = read;
    const packed = {
      assumedMs: assumedMs.slice(),
      traits: traits.slice(),
      values: pack(values),
      held: held && { originals: pack(held.originals), copies: pack(held.copies) },
      ranks: ranks && { priorities: pack(ranks.priorities), popularities: ranks.popularities.slice() },
    };
    const bytes = bytesOf(packed);
    if (bytes > this.#bytesLeft) return;
    this.#bytesLeft -= bytes;
    this.#stretches.set(range, packed);
  }
}

/** In half the bytes, where nothing is lost by it. */
function pack(numbers: Numbers): Numbers {
  const half = new Float32Array(numbers.length);
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    const rounded = Math.fround(number);
    if (rounded !== number && !Number.isNaN(number)) return numbers.slice();
    half[at] = rounded;
  }
  return half;
}

function bytesOf({ assumedMs, traits, values, held, ranks }: Kept): number {
  const all = [
    assumedMs,
    traits,
    values,
    held?.originals,
    held?.copies,
    ranks?.priorities,
    ranks?.popularities,
  ];
  return all.reduce((sum, column) => sum + (column?.byteLength ?? 0), 0);
}
