/**
 * A series of unknown length in bounded memory: at most `2 × least` entries, each over the same stretch of input. When
 * they are full, neighbours are merged and the stretch doubles. So a song and a day of sound take the same room.
 */
export class DoublingSeries<Entry> {
  readonly #least: number;
  readonly #merge: (a: Entry, b: Entry) => Entry;
  #entries: Entry[] = [];
  #pending: Entry | null = null;
  #pendingCount = 0;
  #perEntry = 1;

  constructor(least: number, merge: (a: Entry, b: Entry) => Entry) {
    this.#least = least;
    this.#merge = merge;
  }

  push(value: Entry): void {
    this.#pending = this.#pending === null ? value : this.#merge(this.#pending, value);
    this.#pendingCount += 1;
    if (this.#pendingCount < this.#perEntry) return;
    this.#entries.push(this.#pending);
    this.#pending = null;
    this.#pendingCount = 0;
    if (this.#entries.length === 2 * this.#least) this.#halve();
  }

  /** The entries so far, the last over a shorter stretch perhaps. */
  finish(): { readonly entries: readonly Entry[]; readonly inputsPerEntry: number } {
    const rest = this.#pending === null ? [] : [this.#pending];
    return { entries: [...this.#entries, ...rest], inputsPerEntry: this.#perEntry };
  }

  #halve(): void {
    const halved: Entry[] = [];
    for (let i = 0; i + 1 < this.#entries.length; i += 2) {
      const [a, b] = [this.#entries[i], this.#entries[i + 1]];
      if (a !== undefined && b !== undefined) halved.push(this.#merge(a, b));
    }
    this.#entries = halved;
    this.#perEntry *= 2;
  }
}
