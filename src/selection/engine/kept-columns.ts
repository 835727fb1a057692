import type { TrackRange } from "./planning-catalogue.ts";
import type { TrackColumns } from "./track-columns.ts";

/** All of a stretch but the ids, which are read again: they are most of it, and cost little to read. */
export type Kept = Omit<TrackColumns, "trackIds" | "marks">;

/** Numbers in half the bytes, where they lose nothing by it. */
type Numbers = Float32Array | Float64Array;

interface Packed {
  readonly assumedMs: Uint32Array;
  readonly traits: Uint8Array;
  readonly values: Numbers;
  readonly held: { readonly originals: Numbers; readonly copies: Numbers } | null;
  readonly ranks: { readonly priorities: Numbers; readonly popularities: Float32Array } | null;
}

/**
 * What the first pass has read, so that the next ones need not read it again: 9 to 13 bytes a track, where nothing is held.
 * Stretches that do not fit into so many bytes any more are read again.
 */
export class KeptColumns {
  readonly #stretches = new Map<TrackRange, Packed>();
  #bytesLeft: number;

  constructor(limitBytes: number) {
    this.#bytesLeft = limitBytes;
  }

  has(range: TrackRange): boolean {
    return this.#stretches.has(range);
  }

  get(range: TrackRange): Kept | null {
    const packed = this.#stretches.get(range);
    if (!packed) return null;
    const { assumedMs, traits, values, held, ranks } = packed;
    return {
      assumedMs,
      traits,
      values: unpack(values),
      held: held && { originals: unpack(held.originals), copies: unpack(held.copies) },
      ranks: ranks && { priorities: unpack(ranks.priorities), popularities: ranks.popularities },
    };
  }

  /** Keeps a stretch if there is room for it. */
  keep(range: TrackRange, { assumedMs, traits, values, held, ranks }: Kept): void {
    if (this.has(range) || this.#bytesLeft <= 0) return;
    const packed = {
      assumedMs,
      traits,
      values: pack(values),
      held: held && { originals: pack(held.originals), copies: pack(held.copies) },
      ranks: ranks && { priorities: pack(ranks.priorities), popularities: ranks.popularities },
    };
    const bytes = bytesOf(packed);
    if (bytes > this.#bytesLeft) return;
    this.#bytesLeft -= bytes;
    this.#stretches.set(range, packed);
  }
}

function pack(numbers: Float64Array): Numbers {
  const half = new Float32Array(numbers);
  for (let at = 0; at < numbers.length; at += 1) if (!Object.is(half[at], numbers[at])) return numbers;
  return half;
}

function unpack(numbers: Numbers): Float64Array<ArrayBuffer> {
  return new Float64Array(numbers);
}

function bytesOf({ assumedMs, traits, values, held, ranks }: Packed): number {
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
