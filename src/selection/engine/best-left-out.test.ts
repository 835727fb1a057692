import fc from "fast-check";
import { expect, test } from "vitest";
import { DISPOSITIONS } from "../disposition.ts";
import { BestLeftOut } from "./best-left-out.ts";

test("the tracks left out that are worth most, of equal ones the first", () => {
  const track = fc.record({
    value: fc.integer({ min: 0, max: 9 }),
    disposition: fc.nat(DISPOSITIONS.length - 1),
  });
  fc.assert(
    fc.property(fc.array(fc.array(track, { maxLength: 30 }), { maxLength: 5 }), (blocks) => {
      const best = new BestLeftOut(4);
      let next = 0n;
      const all = blocks.flatMap((block) => {
        const trackIds = BigUint64Array.from(block, () => {
          next += 1n;
          return next;
        });
        const count = block.length;
        const dispositions = Uint8Array.from(block, ({ disposition }) => disposition);
        best.add(
          {
            trackIds,
            dispositions,
            reasons: new Uint8Array(count),
            gates: new Uint8Array(count),
            bytes: new BigInt64Array(count),
            held: new Uint8Array(count),
          },
          Float64Array.from(block, ({ value }) => value),
        );
        return block.map(({ value, disposition }, at) => ({ trackId: trackIds[at], value, disposition }));
      });
      const expected = all
        .filter(({ disposition }) => DISPOSITIONS[disposition] === "metadata-only")
        .toSorted((a, b) => b.value - a.value)
        .slice(0, 4);
      expect(best.tracks.map(({ trackId }) => trackId)).toEqual(expected.map(({ trackId }) => trackId));
    }),
  );
});
