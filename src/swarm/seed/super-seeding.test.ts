import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ShownPeer } from "./piece-showing.ts";
import { SuperSeeding } from "./super-seeding.ts";

class Leecher implements ShownPeer {
  readonly offered: number[] = [];
  readonly has = new Set<number>();

  offer(pieces: readonly number[]): void {
    this.offered.push(...pieces);
  }
}

function swarmOf(leechers: number, pieces: number, now?: () => number) {
  const seeding = new SuperSeeding(pieces, now);
  const peers = Array.from({ length: leechers }, () => new Leecher());
  for (const peer of peers) seeding.join(peer);
  const give = (peer: Leecher, piece: number): void => {
    peer.has.add(piece);
    seeding.has(peer, [piece]);
  };
  return { seeding, peers, give };
}

test("each piece is given once before any is given twice, among leechers that share", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 60 }),
      fc.infiniteStream(fc.nat(1000)),
      (leechers, pieces, chance) => {
        const { seeding, peers, give } = swarmOf(leechers, pieces);
        const given = new Map<number, number>();
        const next = (most: number): number => (chance.next().value ?? 0) % most;
        for (let step = 0; step < 20_000 && !seeding.isOver; step += 1) {
          const peer = peers[next(leechers)] ?? new Leecher();
          const other = peers[next(leechers)] ?? new Leecher();
          const fresh = peer.offered.find((piece) => !peer.has.has(piece));
          const shared = [...other.has].find((piece) => !peer.has.has(piece));
          if (step % 2 === 0 && fresh !== undefined) {
            given.set(fresh, (given.get(fresh) ?? 0) + 1);
            give(peer, fresh);
          } else if (shared !== undefined) give(peer, shared);
        }
        expect(seeding.isOver).toBe(true);
        expect([...given.values()].filter((times) => times > 1)).toEqual([]);
        expect(given.size).toBe(pieces);
        for (const peer of peers) expect(new Set(peer.offered).size).toBe(pieces);
      },
    ),
    { numRuns: 60 },
  );
});

describe("a peer", () => {
  test("is offered two pieces, and the next when one of them is seen at another", () => {
    const { peers, give } = swarmOf(2, 10);
    const [one, two] = [peers[0] ?? new Leecher(), peers[1] ?? new Leecher()];
    expect([one.offered, two.offered]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    give(one, 0);
    expect(one.offered).toEqual([0, 1]);
    give(two, 0);
    expect(one.offered).toEqual([0, 1, 4]);
  });

  test("that is alone waits for nobody", () => {
    const { peers, give, seeding } = swarmOf(1, 5);
    for (let piece = 0; piece < 5; piece += 1) give(peers[0] ?? new Leecher(), piece);
    expect(seeding.isOver).toBe(true);
  });

  test("that goes leaves its pieces to others, and those it alone had come again", () => {
    const { peers, give, seeding } = swarmOf(2, 3);
    const [one, two] = [peers[0] ?? new Leecher(), peers[1] ?? new Leecher()];
    give(one, 0);
    seeding.leave(one);
    expect(two.offered.slice(0, 2)).toEqual([2, 0]);
    give(two, 2);
    give(two, 0);
    expect(two.offered).toEqual([2, 0, 1]);
  });

  test("that shares with nobody goes on after half a minute; one that fetches nothing holds nothing back", () => {
    let now = 0;
    const { peers, give, seeding } = swarmOf(2, 6, () => now);
    const [one, two] = [peers[0] ?? new Leecher(), peers[1] ?? new Leecher()];
    give(one, 0);
    give(one, 1);
    now = 31_000;
    seeding.tick();
    expect(one.offered).toEqual([0, 1, 4, 5]);
    expect(two.offered).toEqual([2, 3]);
    give(one, 4);
    give(one, 5);
    now = 62_000;
    seeding.tick();
    expect(one.offered.slice(4).sort()).toEqual([2, 3]);
  });
});
