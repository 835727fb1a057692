import { join } from "node:path";
import { CandidateIndex, RECORDINGS_LIMIT, splitPair } from "./candidate-index.ts";
import { compareRecordings, type Likeness } from "./compare-recordings.ts";
import { FingerprintFile } from "./fingerprint-file.ts";
import { sketchOf } from "./sketch.ts";

/** Up to 3.2 million recordings are paired in 64 MiB; more in as much more. */
const PARTS = 64;

export interface Recording {
  /** Tracks are told apart and ordered by it. */
  readonly id: bigint;
  /** Raw Chromaprint words. */
  readonly fingerprint: Uint32Array;
  /** The higher, the better a copy it is: a kept original before a lossy copy, then the bit rate. */
  readonly quality: number;
}

export interface RecordingCluster {
  /** The best copy, of equals the longest, of equals the one with the lowest id. */
  readonly representative: bigint;
  readonly members: readonly bigint[];
  /** The pairs that were found alike, by which the cluster holds together. */
  readonly pairs: readonly (Likeness & { readonly a: bigint; readonly b: bigint })[];
}

interface Known {
  readonly id: bigint;
  readonly quality: number;
  readonly words: number;
}

/**
 * Finds out which recordings are the same, whatever their order. Fingerprints and keys lie in files of `folder` (an empty
 * one; the caller removes it): about 5 kB a recording of three minutes. In memory are some 150 bytes a recording, 3 MiB of
 * buffers, and 64 MiB while pairs are found (see `CandidateIndex`).
 */
export class RecordingClusterer {
  readonly #index: CandidateIndex;
  readonly #fingerprints: FingerprintFile;
  readonly #known: Known[] = [];

  constructor(folder: string, parts: number = PARTS) {
    this.#index = new CandidateIndex(folder, parts);
    this.#fingerprints = new FingerprintFile(join(folder, "fingerprints"));
  }

  /** Throws `RangeError` when there are more than 94 million. */
  add({ fingerprint, id, quality }: Recording): void {
    const number = this.#fingerprints.add(fingerprint);
    if (number >= RECORDINGS_LIMIT) throw new RangeError("more recordings than can be told apart");
    this.#index.add(number, sketchOf(fingerprint));
    this.#known.push({ id, quality, words: fingerprint.length });
  }

  /** Those that are alone are left out. Ordered by lowest id. */
  clusters(): RecordingCluster[] {
    const numbers = Uint32Array.from(this.#known.keys());
    const idOf = (number: number): bigint => this.#known[number]?.id ?? 0n;
    numbers.sort((a, b) => (idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0));
    const ranks = new Uint32Array(numbers.length);
    for (const [rank, number] of numbers.entries()) ranks[number] = rank;
    const parents = Uint32Array.from(ranks.keys());
    const alike: (Likeness & { readonly from: number; readonly to: number })[] = [];
    for (const pair of this.#index.pairs(ranks)) {
      const [from, to] = splitPair(pair);
      const [a, b] = [from, to].map((rank) => this.#fingerprints.read(numbers[rank] ?? 0));
      const likeness = a && b ? compareRecordings(a, b) : null;
      if (likeness === null) continue;
      alike.push({ ...likeness, from, to });
      const [one, other] = [rootOf(parents, from), rootOf(parents, to)];
      parents[Math.max(one, other)] = Math.min(one, other);
    }
    const alikeOf = new Map<number, typeof alike>();
    for (const pair of alike) {
      const root = rootOf(parents, pair.from);
      const pairs = alikeOf.get(root);
      if (pairs) pairs.push(pair);
      else alikeOf.set(root, [pair]);
    }
    const known = (rank: number): Known[] => {
      const found = this.#known[numbers[rank] ?? 0];
      return found === undefined ? [] : [found];
    };
    const idOfRank = (rank: number): bigint => idOf(numbers[rank] ?? 0);
    return [...groupsOf(alike, parents)].map(([root, ranksOfGroup]) => {
      const members = ranksOfGroup.flatMap(known);
      return {
        representative: bestOf(members),
        members: members.map(({ id }) => id),
        pairs: (alikeOf.get(root) ?? []).map(({ from, offsetWords, similarity, to }) => ({
          a: idOfRank(from),
          b: idOfRank(to),
          similarity,
          offsetWords,
        })),
      };
    });
  }

  close(): void {
    this.#index.close();
    this.#fingerprints.close();
  }
}

function rootOf(parents: Uint32Array, number: number): number {
  let root = number;
  while (parents[root] !== root) root = parents[root] ?? root;
  parents[number] = root;
  return root;
}

/** The ranks of all that are like another, by the lowest of their cluster, both ascending. */
function groupsOf(
  alike: readonly { readonly from: number; readonly to: number }[],
  parents: Uint32Array,
): ReadonlyMap<number, number[]> {
  const groups = new Map<number, number[]>();
  const members = [...new Set(alike.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  for (const rank of members) {
    const root = rootOf(parents, rank);
    const group = groups.get(root);
    if (group) group.push(rank);
    else groups.set(root, [rank]);
  }
  return groups;
}

function bestOf(members: readonly Known[]): bigint {
  const [best] = [...members].sort(
    (a, b) => b.quality - a.quality || b.words - a.words || (a.id < b.id ? -1 : 1),
  );
  return best?.id ?? 0n;
}
