import { compareTerms } from "../../formats/text-index/index.ts";
import { type RunRecord, readRun } from "./postings-run.ts";

/** The terms of several runs in order, each with its documents of all runs; runs follow each other in documents. */
export function* mergeRuns(paths: readonly string[]): Generator<RunRecord> {
  const heads: Head[] = [];
  for (const [order, path] of paths.entries()) {
    const records = readRun(path);
    const first = records.next();
    if (!first.done) heads.push({ order, records, current: first.value });
  }
  const heap = heads.sort(compareHeads);
  while (heap.length > 0) {
    const term = heap[0]?.current.term ?? "";
    const lists: Uint32Array[] = [];
    for (let head = heap[0]; head?.current.term === term; head = heap[0]) {
      lists.push(head.current.documents);
      const next = head.records.next();
      if (next.done) removeFirst(heap);
      else {
        head.current = next.value;
        sinkFirst(heap);
      }
    }
    yield { term, documents: concatenate(lists) };
  }
}

interface Head {
  readonly order: number;
  readonly records: Generator<RunRecord>;
  current: RunRecord;
}

function compareHeads(a: Head, b: Head): number {
  return compareTerms(a.current.term, b.current.term) || a.order - b.order;
}

function removeFirst(heap: Head[]): void {
  const last = heap.pop();
  if (heap.length === 0 || !last) return;
  heap[0] = last;
  sinkFirst(heap);
}

/** Restores a binary heap whose first element may be too large. */
function sinkFirst(heap: Head[]): void {
  let at = 0;
  for (;;) {
    let [smallest, smallestHead] = [at, heap[at]];
    for (const child of [2 * at + 1, 2 * at + 2]) {
      const head = heap[child];
      if (head && smallestHead && compareHeads(head, smallestHead) < 0)
        [smallest, smallestHead] = [child, head];
    }
    const moved = heap[at];
    if (smallest === at || !moved || !smallestHead) return;
    heap[at] = smallestHead;
    heap[smallest] = moved;
    at = smallest;
  }
}

function concatenate(lists: readonly Uint32Array[]): Uint32Array {
  const [only] = lists;
  if (lists.length === 1 && only) return only;
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
