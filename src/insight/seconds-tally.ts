import { z } from "zod";
// From their own files: a thread of its own is not to load the database.
import { readNumbers } from "../catalogue/aggregates/read-numbers.ts";
import { signed } from "../formats/parquet/number-reader.ts";
import { type PackedTypes, typeReader } from "./packed-types.ts";

export const MAX_SECONDS = 1200;

export interface SecondsQuestion {
  readonly paths: readonly string[];
  readonly typeOfAlbum: PackedTypes;
  readonly types: number;
}

/** What a thread is to count: in which files, and at the number of each album the position of its type, from 1 (0: none). */
export const secondsQuestion = z.object({
  paths: z.array(z.string()),
  typeOfAlbum: z.object({ bytes: z.instanceof(Uint8Array), shift: z.int() }),
  types: z.int(),
});
export const secondsAnswer = z.array(z.instanceof(Uint32Array)).nullable();

/**
 * Tracks by type of their album and length in seconds, to the nearest, below twenty minutes; a list a type. Null when a file is not as
 * `readNumbers` takes it.
 */
export async function tallySeconds({
  paths,
  typeOfAlbum,
  types,
}: SecondsQuestion): Promise<Uint32Array[] | null> {
  const counts = new SecondsCounts(typeOfAlbum, types);
  const tally = {
    addNumbers: ([albums = NONE, durations = NONE]: readonly Uint32Array[]) => counts.add(albums, durations),
  };
  for (const path of paths) {
    if (!(await readNumbers(path, ["album_no", "duration_ms"], tally))) return null;
  }
  return counts.lists();
}

const NONE = new Uint32Array(0);

/** Albums whose types stay in a core's own cache. */
const PART_BITS = 18;
const SECONDS_BITS = 11;
/** Tracks that wait until the part of the table that they ask for is looked at. */
const WAITING = 16_384;

/**
 * Counts tracks by type and second. The table of types is larger than the caches, and tracks ask for its places in any order: so they
 * wait, each as one number, until there are many that ask for the same part of it.
 */
class SecondsCounts {
  readonly #typeOfAlbum: PackedTypes;
  /** One list after the other; the first is that of tracks without a type. */
  readonly #counts: Uint32Array;
  readonly #waiting: readonly Int32Array[];
  readonly #lengths: Int32Array;

  constructor(typeOfAlbum: PackedTypes, types: number) {
    this.#typeOfAlbum = typeOfAlbum;
    this.#counts = new Uint32Array((types + 1) * (MAX_SECONDS + 1));
    const parts = Math.ceil((typeOfAlbum.bytes.length << typeOfAlbum.shift) / 2 ** PART_BITS);
    this.#waiting = Array.from({ length: parts }, () => new Int32Array(WAITING));
    this.#lengths = new Int32Array(parts);
  }

  add(albums: Uint32Array, durationsMs: Uint32Array): void {
    const [waiting, lengths] = [this.#waiting, this.#lengths];
    const numbers = signed(albums);
    const milliseconds = signed(durationsMs);
    for (let row = 0; row < numbers.length; row += 1) {
      const ms = milliseconds[row] ?? -1;
      const album = numbers[row] ?? -1;
      const list = waiting[album >> PART_BITS];
      if (ms < 0 || ms >= MAX_SECONDS * 1000 || list === undefined) continue;
      const part = album >> PART_BITS;
      const length = lengths[part] ?? 0;
      list[length] = ((album & (2 ** PART_BITS - 1)) << SECONDS_BITS) | (((ms + 500) / 1000) | 0);
      lengths[part] = length + 1;
      if (length + 1 === WAITING) this.#count(part);
    }
  }

  /** A list a type. */
  lists(): Uint32Array[] {
    for (const part of this.#waiting.keys()) this.#count(part);
    const all = Array.from({ length: this.#counts.length / (MAX_SECONDS + 1) }, (_, type) =>
      this.#counts.slice(type * (MAX_SECONDS + 1), (type + 1) * (MAX_SECONDS + 1)),
    );
    return all.slice(1);
  }

  #count(part: number): void {
    const counts = this.#counts;
    const typeOf = typeReader(this.#typeOfAlbum);
    const list = this.#waiting[part]?.subarray(0, this.#lengths[part]) ?? new Int32Array(0);
    const first = part << PART_BITS;
    for (let at = 0; at < list.length; at += 1) {
      const track = list[at] ?? 0;
      const cell =
        typeOf(first + (track >> SECONDS_BITS)) * (MAX_SECONDS + 1) + (track & (2 ** SECONDS_BITS - 1));
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    this.#lengths[part] = 0;
  }
}
