import {
  ByteReader,
  compareTerms,
  decodeTermAt,
  decodeTermsBlock,
  TERMS_BLOCK,
  type TermEntry,
} from "../../formats/text-index/index.ts";
import { IndexFile } from "../look-up/index-file.ts";

const CACHED_BLOCKS = 512;

/** Terms that follow each other in the dictionary, the end excluded, by ordinal. */
export interface TermRange {
  readonly start: number;
  readonly end: number;
}

/** The dictionary of a text index: the first term of every block in memory, blocks read as they are needed. */
export class TermFile {
  readonly #file: IndexFile;
  readonly #firstTerms: string[] = [];
  /** Where each block starts, and at last where the blocks end. */
  readonly #offsets: number[] = [0];
  /** Documents of all terms before each block, and at last of all terms. */
  readonly #documentsBefore: number[] = [0];
  readonly #blocks: Map<number, readonly TermEntry[]> = new Map();

  constructor(path: string, source?: Uint8Array) {
    this.#file = IndexFile.open(path, "terms", source);
    try {
      this.#readTable();
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  get count(): number {
    return this.#file.header.count;
  }

  close(): void {
    this.#file.close();
  }

  entry(ordinal: number): TermEntry {
    const [block, place] = [Math.floor(ordinal / TERMS_BLOCK), ordinal % TERMS_BLOCK];
    const known = this.#blocks.get(block);
    const entry = known ? known[place] : this.#file.decode(() => decodeTermAt(this.#read(block), place));
    if (!entry) throw this.#file.damaged(`it has no term ${ordinal}`);
    return entry;
  }

  find(term: string): TermEntry | null {
    const ordinal = this.#lowerBound(term);
    const entry = ordinal < this.count ? this.entry(ordinal) : null;
    return entry?.term === term ? entry : null;
  }

  /** The terms that start with `prefix`. */
  prefixRange(prefix: string): TermRange {
    // U+10FFFF is no character and sorts after all of them.
    return { start: this.#lowerBound(prefix), end: this.#lowerBound(`${prefix}\u{10ffff}`) };
  }

  *entries({ start, end }: TermRange): Generator<TermEntry> {
    for (let ordinal = start; ordinal < end; ) {
      const block = this.#block(Math.floor(ordinal / TERMS_BLOCK));
      const part = block.slice(ordinal % TERMS_BLOCK, (ordinal % TERMS_BLOCK) + end - ordinal);
      if (part.length === 0) throw this.#file.damaged(`it has no term ${ordinal}`);
      yield* part;
      ordinal += part.length;
    }
  }

  /** Documents of the terms in a range, added up: exact within two blocks. */
  documentsAbout({ start, end }: TermRange): number {
    if (start >= end) return 0;
    const first = Math.floor(start / TERMS_BLOCK);
    const last = Math.floor((end - 1) / TERMS_BLOCK);
    return (this.#documentsBefore[last + 1] ?? 0) - (this.#documentsBefore[first] ?? 0);
  }

  #lowerBound(term: string): number {
    let [low, high] = [0, this.#firstTerms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTerms(this.#firstTerms[middle] ?? "", term) <= 0) low = middle + 1;
      else high = middle;
    }
    const block = low - 1;
    if (block < 0) return 0;
    const entries = this.#block(block);
    const at = entries.findIndex((entry) => compareTerms(entry.term, term) >= 0);
    return block * TERMS_BLOCK + (at < 0 ? entries.length : at);
  }

  #block(number: number): readonly TermEntry[] {
    const known = this.#blocks.get(number);
    if (known) return known;
    const entries = this.#file.decode(() => decodeTermsBlock(this.#read(number)));
    if (this.#blocks.size >= CACHED_BLOCKS) this.#blocks.clear();
    this.#blocks.set(number, entries);
    return entries;
  }

  #read(block: number): Buffer {
    const [start, end] = [this.#offsets[block], this.#offsets[block + 1]];
    if (start === undefined || end === undefined) throw this.#file.damaged(`it has no block ${block}`);
    return this.#file.read(start, end - start);
  }

  #readTable(): void {
    const { tableOffset, bodyBytes, count, parameter } = this.#file.header;
    const table = new ByteReader(this.#file.read(tableOffset, bodyBytes - tableOffset));
    const blocks = Math.ceil(count / TERMS_BLOCK);
    this.#file.decode(() => {
      for (let block = 0; block < blocks; block += 1) {
        this.#offsets.push((this.#offsets[block] ?? 0) + table.varint());
        this.#documentsBefore.push((this.#documentsBefore[block] ?? 0) + table.varint());
        this.#firstTerms.push(table.text());
      }
    });
    if (parameter !== TERMS_BLOCK || this.#offsets.at(-1) !== tableOffset || !table.isAtEnd) {
      throw this.#file.damaged("its table contradicts its header");
    }
  }
}
