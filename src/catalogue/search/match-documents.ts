import { AllCursor, type Cursor, ListCursor, NO_DOCUMENT, UnionCursor } from "./postings-file.ts";
import type { Slot } from "./slots.ts";
import type { TextIndex } from "./text-index.ts";

/** Documents of several terms that are put together in memory at once. */
const MAX_UNION_DOCUMENTS = 200_000;
/** Terms whose lists are walked side by side. */
const MAX_UNION_TERMS = 24;
/** A document is read to see whether it has a word when that is cheaper than lists; so many at most. */
const MAX_DOCUMENTS_READ = 30_000;

/**
 * The documents that have a term of every slot, best first. Lists are in the order of popularity: whoever takes the first
 * ten has read no more than it takes to find them.
 */
export function* matchDocuments(index: TextIndex, slots: readonly Slot[]): Generator<number> {
  if (slots.length === 0 || slots.some(({ documents }) => documents === 0)) return;
  const cursors: Cursor[] = [];
  const read: Slot[] = [];
  for (const slot of slots.toSorted((a, b) => a.documents - b.documents)) {
    const cursor = cursorOf(index, slot, cursors.length === 0);
    if (cursor) cursors.push(cursor);
    else read.push(slot);
  }
  const [first = new AllCursor(index.documents.count), ...rest] = cursors;
  let budget = MAX_DOCUMENTS_READ;
  for (let document = first.advanceTo(0); document !== NO_DOCUMENT; document = first.advanceTo(document)) {
    const furthest = advanceAll(rest, document);
    if (furthest > document) {
      document = furthest;
      continue;
    }
    if (read.length > 0) {
      if (budget === 0) return;
      budget -= 1;
    }
    if (hasAll(index, document, read)) yield document;
    document += 1;
  }
}

/** A cursor over the documents of a slot; null when it is better to read the documents that the other slots leave. */
function cursorOf(index: TextIndex, { entries, documents }: Slot, isRarest: boolean): Cursor | null {
  if (!entries) return null;
  const [only] = entries;
  if (only && entries.length === 1) return index.postings.cursor(only);
  if (documents <= MAX_UNION_DOCUMENTS && (isRarest || entries.length <= MAX_UNION_TERMS)) {
    return new ListCursor(index.postings.unionOf(entries));
  }
  if (entries.length > MAX_UNION_TERMS) return null;
  return new UnionCursor(entries.map((entry) => index.postings.cursor(entry)));
}

/** Moves cursors to `document`; gives the first document beyond it when one of them does not have it. */
function advanceAll(cursors: readonly Cursor[], document: number): number {
  for (const cursor of cursors) {
    const at = cursor.advanceTo(document);
    if (at > document) return at;
  }
  return document;
}

function hasAll(index: TextIndex, document: number, slots: readonly Slot[]): boolean {
  if (slots.length === 0) return true;
  const terms = [...index.documents.terms(document)];
  return slots.every(({ accepts }) => terms.some(accepts));
}
