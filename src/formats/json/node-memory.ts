import { grownArray } from "../../core/grown-array.ts";
import { JsonFault } from "./json-fault.ts";

/** What stands at a node; `missing` has to be 0. */
export const NODE = { missing: 0, null: 1, text: 2, number: 3, truth: 4, list: 5, object: 6 } as const;
export type NodeKind = (typeof NODE)[keyof typeof NODE];

/** Kind, two numbers, and the next node of a list. */
export const NODE_INTS = 4;
/** Of one document, 128 MiB: twice what the longest line can have that is written as real ones are. */
const MAX_NODES = 1 << 23;

/**
 * Nodes of a document, in memory that is used again. Text and number: first byte and end. Truth: 1 or 0. List: first item and how many.
 * Object: the first of its members, which stand one after the other, and how many. A node is the number of its first word; 0 is none.
 */
export class NodeMemory {
  #words = new Int32Array(1 << 14);
  #used = 0;

  /** Forgets all nodes, and gives a new one. */
  begin(): number {
    this.#used = NODE_INTS;
    return this.take(1, 0);
  }

  /** So many nodes, one after the other, of which nothing is known, for what begins at `at`. Throws `JsonFault` when there are too many. */
  take(count: number, at: number): number {
    const start = this.#used;
    this.#used += count * NODE_INTS;
    if (this.#used > this.#words.length) {
      if (this.#used > NODE_INTS * MAX_NODES) throw new JsonFault(at, `more than ${MAX_NODES} values`);
      this.#words = grownArray(this.#words, Math.min(2 * this.#used, NODE_INTS * MAX_NODES));
    }
    // A call of `fill` costs more than the few words.
    for (let word = start; word < this.#used; word += 1) this.#words[word] = 0;
    return start;
  }

  set(node: number, kind: NodeKind, first: number, second: number): void {
    this.#words[node] = kind;
    this.#words[node + 1] = first;
    this.#words[node + 2] = second;
  }

  link(node: number, next: number): void {
    this.#words[node + 3] = next;
  }

  kind(node: number): number {
    return this.#words[node] ?? 0;
  }

  isNull(node: number): boolean {
    return this.#words[node] === NODE.null;
  }

  /** Where a text or number begins; 1 for a truth; the first item of a list. */
  first(node: number): number {
    return this.#words[node + 1] ?? 0;
  }

  /** Where a text or number ends; the number of items. */
  second(node: number): number {
    return this.#words[node + 2] ?? 0;
  }

  /** The item of the list behind this one; 0 behind the last. */
  next(node: number): number {
    return this.#words[node + 3] ?? 0;
  }

  /** A member of an object; 0 where there is no object, or the member is missing or null. */
  member(node: number, place: number): number {
    if (this.#words[node] !== NODE.object) return 0;
    const member = (this.#words[node + 1] ?? 0) + place * NODE_INTS;
    return (this.#words[member] ?? 0) > NODE.null ? member : 0;
  }
}
