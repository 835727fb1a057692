import { CandidateIndex, splitPair } from "./candidate-index.ts";
import { compareRecordings, type Likeness } from "./compare-recordings.ts";
import { sketchOf } from "./sketch.ts";

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

/** Which recordings are the same, whatever their order; those that are alone are left out. Ordered by lowest id. */
export function clusterRecordings(given: readonly Recording[]): RecordingCluster[] {
  const recordings = [...given].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const index = new CandidateIndex(recordings.length);
  for (const [number, { fingerprint }] of recordings.entries()) index.add(number, sketchOf(fingerprint));
  const parents = Uint32Array.from(recordings, (_, number) => number);
  const alike: (Likeness & { readonly from: number; readonly to: number })[] = [];
  for (const pair of index.pairs()) {
    const [from, to] = splitPair(pair);
    const [a, b] = [recordings[from], recordings[to]];
    const likeness = a && b ? compareRecordings(a.fingerprint, b.fingerprint) : null;
    if (likeness === null) continue;
    alike.push({ ...likeness, from, to });
    const [one, other] = [rootOf(parents, from), rootOf(parents, to)];
    parents[Math.max(one, other)] = Math.min(one, other);
  }
  const byRoot = groupByRoot(recordings.length, parents);
  const alikeOf = new Map<number, typeof alike>();
  for (const pair of alike) {
    const root = rootOf(parents, pair.from);
    alikeOf.set(root, [...(alikeOf.get(root) ?? []), pair]);
  }
  return [...byRoot]
    .filter(([, numbers]) => numbers.length > 1)
    .map(([root, numbers]) => {
      const members = numbers.flatMap((number) => recordings[number] ?? []);
      return {
        representative: bestOf(members),
        members: members.map(({ id }) => id),
        pairs: (alikeOf.get(root) ?? []).map(({ from, to, similarity, offsetWords }) => ({
          a: recordings[from]?.id ?? 0n,
          b: recordings[to]?.id ?? 0n,
          similarity,
          offsetWords,
        })),
      };
    });
}

function rootOf(parents: Uint32Array, number: number): number {
  let root = number;
  while (parents[root] !== root) root = parents[root] ?? root;
  parents[number] = root;
  return root;
}

function groupByRoot(count: number, parents: Uint32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let number = 0; number < count; number++) {
    const root = rootOf(parents, number);
    const group = groups.get(root);
    if (group) group.push(number);
    else groups.set(root, [number]);
  }
  return groups;
}

function bestOf(members: readonly Recording[]): bigint {
  const [best] = [...members].sort(
    (a, b) => b.quality - a.quality || b.fingerprint.length - a.fingerprint.length || (a.id < b.id ? -1 : 1),
  );
  return best?.id ?? 0n;
}
