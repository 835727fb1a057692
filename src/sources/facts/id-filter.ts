/** Words of the filter: one for so many ids that are expected, within bounds. More words are slower: they are not in the processor's cache. */
const EXPECTED_LOAD = 4;
const MIN_WORDS = 1 << 16;
const MAX_WORDS = 2 ** 26;
/** So many ids a word, and one with more words is begun beside it while it may. */
const MAX_LOAD = 5;
const GROWTH = 4;

/**
 * Finds ids that may have come before. Ids are hashes: each sets three bits of a word, and those that find theirs set, one in a
 * hundred where as many come as were expected, are to be compared. All bits of an id are in one word: a blocked Bloom filter, which is
 * one look into memory. Memory: 1 to 2 bytes for a row that is expected, 256 MiB at most, and 8 for each suspect.
 */
export class IdFilter {
  /** Those that are full. */
  readonly #former: Int32Array[] = [];
  #words: Int32Array;
  /** Of ids that were added since the words are used. */
  #rows = 0;
  #suspects = new BigUint64Array(1024);
  #count = 0;
  #isKnown: Uint8Array = new Uint8Array(0);

  constructor(expectedRows: number) {
    this.#words = new Int32Array(wordsFor(expectedRows));
  }

  /** Ids, of all that were added, that found all their bits set: those that came before, and some others. */
  get suspects(): BigUint64Array {
    return this.#suspects.subarray(0, this.#count);
  }

  add(ids: BigUint64Array): void {
    const { length } = this.#words;
    if (this.#rows + ids.length > MAX_LOAD * length && length < MAX_WORDS) this.#grow(ids.length);
    this.#rows += ids.length;
    const isKnown = this.#former.length > 0 ? this.#findFormer(ids) : null;
    const halves = halvesOf(ids);
    const words = this.#words;
    const mask = words.length - 1;
    for (let at = 0; at < halves.length; at += 2) {
      const bits = bitsOf(halves[at + 1] ?? 0);
      const index = (halves[at] ?? 0) & mask;
      const word = words[index] ?? 0;
      if ((word & bits) === bits || isKnown?.[at >> 1] === 1) this.#suspect(ids[at >> 1] ?? 0n);
      else words[index] = word | bits;
    }
  }

  /** 1 for each id that may be in a filter that is full. */
  #findFormer(ids: BigUint64Array): Uint8Array {
    if (this.#isKnown.length < ids.length) this.#isKnown = new Uint8Array(ids.length);
    const isKnown = this.#isKnown.fill(0, 0, ids.length);
    const halves = halvesOf(ids);
    for (const words of this.#former) {
      const mask = words.length - 1;
      for (let at = 0; at < halves.length; at += 2) {
        const bits = bitsOf(halves[at + 1] ?? 0);
        if (((words[(halves[at] ?? 0) & mask] ?? 0) & bits) === bits) isKnown[at >> 1] = 1;
      }
    }
    return isKnown;
  }

  #suspect(id: bigint): void {
    if (this.#count === this.#suspects.length) {
      const larger = new BigUint64Array(2 * this.#count);
      larger.set(this.#suspects);
      this.#suspects = larger;
    }
    this.#suspects[this.#count] = id;
    this.#count += 1;
  }

  #grow(more: number): void {
    if (this.#rows > 0) this.#former.push(this.#words);
    this.#words = new Int32Array(wordsFor(Math.max(GROWTH * EXPECTED_LOAD * this.#words.length, more)));
    this.#rows = 0;
  }
}

/** A power of two. */
function wordsFor(rows: number): number {
  const words = Math.min(Math.max(rows / EXPECTED_LOAD, MIN_WORDS), MAX_WORDS);
  return 2 ** Math.ceil(Math.log2(words));
}

function halvesOf({ buffer, byteOffset, length }: BigUint64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, 2 * length);
}

/** A shift takes the lowest five bits. */
function bitsOf(high: number): number {
  return (1 << high) | (1 << (high >> 5)) | (1 << (high >> 10));
}
