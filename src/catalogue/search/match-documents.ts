import { AllCursor, type Cursor, ListCursor, NO_DOCUMENT, UnionCursor } from "./postings-file.ts";
import type { Slot } from "./slots.ts";
import type { TextIndex } from "./text-index.ts";

/** Terms whose lists are walked side by side. */
const MAX_UNION_TERMS = 24;
/** Documents of several terms that are put together in memory at once. */
const MAX_UNION_DOCUMENTS = 4_000_000;
/** Blocks of documents that a question may read to see whether words are there. */
const MAX_BLOCKS_READ = 1500;

/** Microseconds, about: a list, a document of a list, a step in a list that is walked, a document read. */
const COST = { list: 5, listed: 0.06, walked: 1.5, readAlone: 60, readInOrder: 3 } as const;
/** Hits that a question is thought to want, when costs are weighed. */
const WANTED = 20;

/**
 * The documents that have a term of every slot, best first. Lists are in the order of popularity: whoever takes the first
 * ten has read no more than it takes to find them.
 */
export function* matchDocuments(index: TextIndex, slots: readonly Slot[]): Generator<number> {
  if (slots.length === 0 || slots.some(({ documents }) => documents === 0)) return;
  const cursors: Cursor[] = [];
  const read: Slot[] = [];
  const sorted = slots.toSorted((a, b) => a.documents - b.documents);
  const rarest = sorted[0]?.documents ?? 0;
  for (const slot of sorted) {
    const cursor = cursorOf(index, slot, cursors.length === 0 ? null : rarest);
    if (cursor) cursors.push(cursor);
    else read.push(slot);
  }
  const [first = new AllCursor(index.documents.count), ...rest] = cursors;
  const lastBlock = index.documents.blocksRead + MAX_BLOCKS_READ;
  for (let document = first.advanceTo(0); document !== NO_DOCUMENT; document = first.advanceTo(document)) {
    const furthest = advanceAll(rest, document);
    if (furthest > document) {
      document = furthest;
      continue;
    }
    if (read.length > 0 && index.documents.blocksRead >= lastBlock) return;
    if (hasAll(index, document, read)) yield document;
    document += 1;
  }
}

/**
 * A cursor over the documents of a slot; null when it is cheaper to read the documents that the other slots leave
 * (`rarest` of them; all, in order, when it is null) until there are enough.
 */
function cursorOf(index: TextIndex, { entries, documents }: Slot, rarest: number | null): Cursor | null {
  if (!entries) return null;
  const [only] = entries;
  if (only && entries.length === 1) return index.postings.cursor(only);
  const toRead = Math.min(rarest ?? index.documents.count, (WANTED * index.documents.count) / documents);
  const reading = toRead * (rarest === null ? COST.readInOrder : COST.readAlone);
  const listing = entries.length * COST.list + documents * COST.listed;
  const walking = (rarest ?? documents) * entries.length * COST.walked;
  if (listing <= Math.min(reading, walking) && documents <= MAX_UNION_DOCUMENTS) {
    return new ListCursor(index.postings.unionOf(entries));
  }
  if (reading < walking && entries.length > MAX_UNION_TERMS) return null;
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
