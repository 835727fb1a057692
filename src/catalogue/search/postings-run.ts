import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { ByteReader, ByteWriter, compareTerms, decodeDocuments } from "../../formats/text-index/index.ts";
import { TermNumbers } from "./term-numbers.ts";

/** Terms of documents that are gathered in memory before they are sorted and written: 12 bytes each. */
const MAX_PAIRS = 8_000_000;
const MAX_TERMS = 2_000_000;
/** More terms than a document can have: words and their length are limited. */
const ROOM_FOR_ONE = 8000;
const BUFFER_BYTES = 1 << 18;

/** Gathers (term, document) pairs in the order of documents and writes them sorted by term. */
export class PostingsRun {
  readonly #numbers: TermNumbers = new TermNumbers();
  /** For each term one more than the last document that has it. */
  readonly #lastDocuments: Uint32Array = new Uint32Array(MAX_TERMS + ROOM_FOR_ONE);
  readonly #pairTerms: Uint32Array = new Uint32Array(MAX_PAIRS);
  readonly #pairDocuments: Uint32Array = new Uint32Array(MAX_PAIRS);
  #pairs = 0;

  /** True when there might be no room for another document. */
  get isFull(): boolean {
    return this.#pairs + ROOM_FOR_ONE > MAX_PAIRS || this.#numbers.size > MAX_TERMS;
  }

  get isEmpty(): boolean {
    return this.#pairs === 0;
  }

  add(document: number, title: string, artist: string): void {
    const take = (number: number): void => {
      if (this.#lastDocuments[number] === document + 1) return;
      this.#lastDocuments[number] = document + 1;
      this.#pairTerms[this.#pairs] = number;
      this.#pairDocuments[this.#pairs] = document;
      this.#pairs += 1;
    };
    this.#numbers.ofText(title, take);
    this.#numbers.ofText(artist, take);
  }

  /** Writes the run and empties it. Records: length (4 bytes), term, number of documents, differences. */
  write(path: string): void {
    const terms = this.#numbers.terms();
    const lists = this.#listsByTerm(terms.length);
    const order = terms
      .map((term, number) => ({ term, number }))
      .filter(({ number }) => lists(number).length > 0)
      .sort((a, b) => compareTerms(a.term, b.term));
    const handle = openSync(path, "wx");
    const record = new ByteWriter();
    const buffer = new ByteWriter(BUFFER_BYTES * 2);
    const length = Buffer.alloc(4);
    try {
      for (const { term, number } of order) {
        record.clear();
        record.text(term);
        const documents = lists(number);
        record.varint(documents.length);
        let previous = -1;
        for (const document of documents) {
          record.varint(document - previous);
          previous = document;
        }
        length.writeUInt32LE(record.length);
        buffer.append(length);
        buffer.append(record.bytes);
        if (buffer.length < BUFFER_BYTES) continue;
        writeAll(handle, buffer.bytes);
        buffer.clear();
      }
      writeAll(handle, buffer.bytes);
    } finally {
      closeSync(handle);
    }
    this.#pairs = 0;
    // What was learnt serves the next run too, while there is room.
    if (this.#numbers.size < MAX_TERMS / 2) return;
    this.#numbers.clear();
    this.#lastDocuments.fill(0);
  }

  /** A counting sort: documents of a term keep their order. */
  #listsByTerm(terms: number): (number: number) => Uint32Array {
    const starts = new Uint32Array(terms + 1);
    const pairTerms = this.#pairTerms.subarray(0, this.#pairs);
    for (const term of pairTerms) starts[term + 1] = (starts[term + 1] ?? 0) + 1;
    for (let term = 0; term < terms; term += 1)
      starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);
    const next = starts.slice();
    const documents = new Uint32Array(this.#pairs);
    for (const [at, term] of pairTerms.entries()) {
      const place = next[term] ?? 0;
      documents[place] = this.#pairDocuments[at] ?? 0;
      next[term] = place + 1;
    }
    return (number) => documents.subarray(starts[number], starts[number + 1]);
  }
}

export interface RunRecord {
  readonly term: string;
  readonly documents: Uint32Array;
}

/** The records of a run, one by one. */
export function* readRun(path: string): Generator<RunRecord> {
  const handle = openSync(path, "r");
  try {
    let buffer = Buffer.alloc(BUFFER_BYTES);
    let [start, end] = [0, 0];
    const need = (bytes: number): boolean => {
      if (end - start >= bytes) return true;
      const rest = buffer.subarray(start, end);
      const target = bytes > buffer.length ? Buffer.alloc(bytes) : buffer;
      target.set(rest, 0);
      [buffer, start, end] = [target, 0, rest.length];
      while (end < bytes) {
        const count = readSync(handle, buffer, end, buffer.length - end, null);
        if (count === 0) return false;
        end += count;
      }
      return true;
    };
    while (need(4)) {
      const length = buffer.readUInt32LE(start);
      if (!need(4 + length)) throw new Error(`"${path}" ends early`);
      const record = buffer.subarray(start + 4, start + 4 + length);
      start += 4 + length;
      const reader = new ByteReader(record);
      const term = reader.text();
      const count = reader.varint();
      yield { term, documents: decodeDocuments(record.subarray(reader.offset), count, -1, 2 ** 32) };
    }
  } finally {
    closeSync(handle);
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(handle, bytes, done);
}
