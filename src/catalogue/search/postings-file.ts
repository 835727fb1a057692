import {
  decodeDocuments,
  decodePostings,
  decodePostingsTable,
  POSTINGS_BLOCK,
  type PostingsTable,
  type TermEntry,
} from "../../formats/text-index/index.ts";
import { IndexFile } from "../look-up/index-file.ts";

/** Beyond every document. */
export const NO_DOCUMENT: number = Number.POSITIVE_INFINITY;

/** Documents in ascending order, each asked for once. */
export interface Cursor {
  /** The first document that is at least `document`, or `NO_DOCUMENT`; asks never go back. */
  advanceTo(document: number): number;
}

const BYTES_PER_NUMBER = 5;

/** The documents of each term, by rank. */
export class PostingsFile {
  readonly #file: IndexFile;

  constructor(path: string, source?: Uint8Array) {
    this.#file = IndexFile.open(path, "postings", source);
  }

  close(): void {
    this.#file.close();
  }

  /** All documents of a term. */
  documents({ offset, length, documentCount }: TermEntry): Uint32Array {
    const bytes = this.#file.read(offset, this.#checked(length, documentCount));
    return this.#file.decode(() => decodePostings(bytes, documentCount, this.#documentCount));
  }

  /** All documents of terms that follow each other in the dictionary, sorted, each once. */
  unionOf(entries: readonly TermEntry[]): Uint32Array {
    const lists = entries.map((entry) => this.documents(entry));
    const [only] = lists;
    if (lists.length === 1 && only) return only;
    const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
    let at = 0;
    for (const list of lists) {
      all.set(list, at);
      at += list.length;
    }
    all.sort();
    return withoutRepeats(all);
  }

  cursor(entry: TermEntry): Cursor {
    if (entry.documentCount <= POSTINGS_BLOCK) return new ListCursor(this.documents(entry));
    const tableRoom = Math.min(
      entry.length,
      Math.ceil(entry.documentCount / POSTINGS_BLOCK) * 2 * BYTES_PER_NUMBER,
    );
    const table = this.#file.decode(() =>
      decodePostingsTable(this.#file.read(entry.offset, tableRoom), entry.documentCount, this.#documentCount),
    );
    return new BlockCursor(table, (block) => this.#readBlock(entry, table, block));
  }

  get #documentCount(): number {
    return this.#file.header.count;
  }

  /** A damaged dictionary must not make us reserve more than there is. */
  #checked(length: number, documentCount: number): number {
    if (documentCount > length) throw this.#file.damaged("a list has fewer bytes than documents");
    return length;
  }

  #readBlock(entry: TermEntry, table: PostingsTable, block: number): Uint32Array {
    const start = block === 0 ? 0 : (table.ends[block - 1] ?? 0);
    const previous = block === 0 ? -1 : (table.lastDocuments[block - 1] ?? -1);
    const count = Math.min(POSTINGS_BLOCK, entry.documentCount - block * POSTINGS_BLOCK);
    const bytes = this.#file.read(entry.offset + table.tableBytes + start, (table.ends[block] ?? 0) - start);
    return this.#file.decode(() => decodeDocuments(bytes, count, previous, this.#documentCount));
  }
}

/** Over a list that is in memory. */
export class ListCursor implements Cursor {
  readonly #documents: Uint32Array;
  #at = 0;

  constructor(documents: Uint32Array) {
    this.#documents = documents;
  }

  advanceTo(document: number): number {
    this.#at = firstNotBelow(this.#documents, document, this.#at);
    return this.#documents[this.#at] ?? NO_DOCUMENT;
  }
}

class BlockCursor implements Cursor {
  readonly #table: PostingsTable;
  readonly #read: (block: number) => Uint32Array;
  #block = -1;
  #documents: Uint32Array = new Uint32Array(0);
  #at = 0;

  constructor(table: PostingsTable, read: (block: number) => Uint32Array) {
    this.#table = table;
    this.#read = read;
  }

  advanceTo(document: number): number {
    const block = firstNotBelow(this.#table.lastDocuments, document, Math.max(0, this.#block));
    if (block === this.#table.lastDocuments.length) return NO_DOCUMENT;
    if (block !== this.#block) {
      this.#documents = this.#read(block);
      [this.#block, this.#at] = [block, 0];
    }
    this.#at = firstNotBelow(this.#documents, document, this.#at);
    return this.#documents[this.#at] ?? NO_DOCUMENT;
  }
}

/** Several cursors as one. */
export class UnionCursor implements Cursor {
  readonly #cursors: readonly Cursor[];
  readonly #heads: number[];

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
    this.#heads = cursors.map(() => -1);
  }

  advanceTo(document: number): number {
    let smallest = NO_DOCUMENT;
    for (const [index, cursor] of this.#cursors.entries()) {
      let head = this.#heads[index] ?? NO_DOCUMENT;
      if (head < document) {
        head = cursor.advanceTo(document);
        this.#heads[index] = head;
      }
      if (head < smallest) smallest = head;
    }
    return smallest;
  }
}

/** Every document. */
export class AllCursor implements Cursor {
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  advanceTo(document: number): number {
    return document < this.#count ? document : NO_DOCUMENT;
  }
}

/** Moves each number of a sorted list to the front once. */
function withoutRepeats(sorted: Uint32Array): Uint32Array {
  let count = 0;
  let last = -1;
  for (const document of sorted) {
    if (document === last) continue;
    sorted[count] = document;
    count += 1;
    last = document;
  }
  return sorted.subarray(0, count);
}

/** The first index from `from` on whose number is not below `value`: doubling steps, then bisection. */
function firstNotBelow(sorted: Uint32Array, value: number, from: number): number {
  let step = 1;
  let low = from;
  while (low + step < sorted.length && (sorted[low + step] ?? 0) < value) {
    low += step;
    step *= 2;
  }
  let high = Math.min(sorted.length, low + step + 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
