/** What makes two entities one; the lower, the stronger. */
export const EVIDENCE = ["mbid", "isrc", "gtin", "text"] as const;

export type Evidence = (typeof EVIDENCE)[number];

const NONE = 255;
const TEXT = EVIDENCE.indexOf("text");

/**
 * Entities numbered from 0 in the order of their ids, united to clusters. The result does not depend on the order of the
 * calls, as long as `freeze` stands between the strong identifiers and the texts.
 *
 * Text never unites what strong identifiers keep apart: the members of a group without an identifier go to the only
 * cluster with identifiers in that group; where there are two or more of these, they are united among themselves only.
 */
export class Clusters {
  readonly #parents: Uint32Array;
  readonly #evidence: Uint8Array;
  readonly #hasKey: Uint8Array;
  #frozen: Uint32Array | null = null;

  /** `hasKey`: 1 for entities with a strong identifier. */
  constructor(hasKey: Uint8Array) {
    this.#hasKey = hasKey;
    this.#parents = Uint32Array.from(hasKey, (_, node) => node);
    this.#evidence = new Uint8Array(hasKey.length).fill(NONE);
  }

  unite(a: number, b: number, evidence: number): void {
    this.#note(a, evidence);
    this.#note(b, evidence);
    this.#join(a, b);
  }

  /** To be called once all strong identifiers are in, before the first group of equal texts. */
  freeze(): void {
    this.#frozen = Uint32Array.from(this.#parents, (_, node) => this.root(node));
  }

  /** One group of entities of equal text. */
  attach(group: readonly number[]): void {
    const frozen = this.#frozen ?? this.#parents;
    let strong = -1;
    let isClear = true;
    for (const node of group) {
      if (this.#hasKey[node] !== 1) continue;
      const root = frozen[node] ?? node;
      if (strong >= 0 && root !== strong) isClear = false;
      strong = root;
    }
    let former = isClear ? strong : -1;
    for (const node of group) {
      if (this.#hasKey[node] === 1) continue;
      if (former >= 0) {
        this.#note(node, TEXT);
        this.#note(former, TEXT);
        this.#join(node, former);
      }
      former = node;
    }
  }

  /** The member with the lowest number of the cluster that `node` is in. */
  root(node: number): number {
    const parents = this.#parents;
    let at = node;
    for (;;) {
      const parent = parents[at] ?? at;
      if (parent === at) return at;
      const grandparent = parents[parent] ?? parent;
      parents[at] = grandparent;
      at = grandparent;
    }
  }

  /** The strongest evidence that united this entity with another one. */
  evidence(node: number): Evidence {
    return EVIDENCE[this.#evidence[node] ?? TEXT] ?? "text";
  }

  #note(node: number, evidence: number): void {
    this.#evidence[node] = Math.min(this.#evidence[node] ?? NONE, evidence);
  }

  #join(a: number, b: number): void {
    const [left, right] = [this.root(a), this.root(b)];
    if (left < right) this.#parents[right] = left;
    else if (right < left) this.#parents[left] = right;
  }
}

/**
 * Cuts rows in the order of their length into windows: each starts at the first row that is not in the one before and
 * spans at most `spanMs`. Gives the end of each window, excluded.
 */
export function windowEnds(lengthsMs: ArrayLike<number>, spanMs: number): number[] {
  const ends: number[] = [];
  let start = 0;
  for (let at = 1; at <= lengthsMs.length; at++) {
    if (at < lengthsMs.length && (lengthsMs[at] ?? 0) - (lengthsMs[start] ?? 0) <= spanMs) continue;
    ends.push(at);
    start = at;
  }
  return ends;
}
