/** Words of the filter, within bounds: one for so many rows that are expected. More words are slower: they are not in the processor's cache. */
const EXPECTED_LOAD = 4;
const MIN_WORDS = 1 << 10;
const MAX_WORDS = 2 ** 25;
/** So many ids a word, and the filter grows while it may. */
const MAX_LOAD = 5;
const GROWTH = 4;

/**
 * Finds ids that may have come before. Ids are hashes: each sets three bits of a word, and those that find theirs set, one in a
 * hundred, are to be compared. All bits of an id are in one word: a blocked Bloom filter, which is
 * one look into memory. Memory: 1 to 2 bytes for a row that is expected, 128 MiB at most.
 */
export class IdFilter {
  #words: Int32Array;
  #rows = 0;
  #suspects = new BigUint64Array(1024);
  #count = 0;

  constructor(expectedRows: number) {
    const words = Math.min(Math.max(expectedRows / EXPECTED_LOAD, MIN_WORDS), MAX_WORDS);
    this.#words = new Int32Array(2 ** Math.ceil(Math.log2(words)));
  }

  /** Ids, of all that were added, that found all their bits set: those that came before, and some others. */
  get suspects(): BigUint64Array {
    return this.#suspects.subarray(0, this.#count);
  }

  add(ids: BigUint64Array): void {
    this.#rows += ids.length;
    while (this.#rows > MAX_LOAD * this.#words.length && this.#words.length < MAX_WORDS) this.#grow();
    const halves = new Int32Array(ids.buffer, ids.byteOffset, 2 * ids.length);
    const words = this.#words;
    const mask = words.length - 1;
    for (let at = 0; at < halves.length; at += 2) {
      const high = halves[at + 1] ?? 0;
      // A shift takes the lowest five bits.
      const bits = (1 << high) | (1 << (high >> 5)) | (1 << (high >> 10));
      const index = (halves[at] ?? 0) & mask;
      const word = words[index] ?? 0;
      if ((word & bits) === bits) this.#suspect(ids[at >> 1] ?? 0n);
      else words[index] = word | bits;
    }
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

  /** A word for some of the digits becomes that of all who have one digit more: what was seen stays seen. */
  #grow(): void {
    const { length } = this.#words;
    const larger = new Int32Array(Math.min(GROWTH * length, MAX_WORDS));
    for (let at = 0; at < larger.length; at += length) larger.set(this.#words, at);
    this.#words = larger;
  }
}
