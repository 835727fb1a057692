import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chokable, Choker } from "./choker.ts";

class Peer implements Chokable {
  isChoked = true;
  turns = 0;
  setChoked(isChoked: boolean): void {
    if (this.isChoked === isChoked) throw new Error("told twice");
    this.isChoked = isChoked;
    if (!isChoked) this.turns += 1;
  }
}

test("never more are served than there are slots, and none is idle while somebody waits", () => {
  const step = fc.record({ peer: fc.nat(9), does: fc.constantFrom("want", "leave", "rotate") });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (slots, steps) => {
      const choker = new Choker(slots);
      const peers = Array.from({ length: 10 }, () => new Peer());
      const wanting = new Set<Peer>();
      for (const { peer: index, does } of steps) {
        const peer = peers[index];
        if (peer === undefined) continue;
        if (does === "want") {
          wanting.add(peer);
          choker.want(peer);
        } else if (does === "leave") {
          wanting.delete(peer);
          choker.leave(peer);
        } else choker.rotate();
        const served = peers.filter(({ isChoked }) => !isChoked);
        expect(served.length).toBe(Math.min(slots, wanting.size));
        expect(served.every((one) => wanting.has(one))).toBe(true);
      }
    }),
  );
});

test("everyone's turn comes: 200 peers in 30 slots", () => {
  const choker = new Choker(30);
  const peers = Array.from({ length: 200 }, () => new Peer());
  for (const peer of peers) choker.want(peer);
  for (let round = 0; round < 14; round += 1) choker.rotate();
  expect(Math.min(...peers.map(({ turns }) => turns))).toBeGreaterThanOrEqual(1);
});
