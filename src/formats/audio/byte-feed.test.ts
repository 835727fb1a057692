import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteFeed, type FeedParser, pass, peek, take } from "./byte-feed.ts";

function feedAll(
  start: (feed: ByteFeed) => FeedParser,
  bytes: Uint8Array,
  sizes: readonly number[],
): ByteFeed {
  const feed = new ByteFeed(start);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const piece = Buffer.from(bytes.subarray(at, at + size));
    feed.push(piece);
    piece.fill(0);
    at += size;
  }
  feed.finish();
  return feed;
}

describe("ByteFeed", () => {
  it("takes, peeks and passes in order, and knows where it is", () => {
    const log: string[] = [];
    function* parse(feed: ByteFeed): FeedParser {
      log.push(Buffer.from(yield* take(2)).toString("latin1"));
      log.push(Buffer.from(yield* peek(3)).toString("latin1"));
      yield* pass(4, (bytes) => log.push(`<${Buffer.from(bytes).toString("latin1")}>`));
      log.push(`at ${feed.offsetBytes}`);
      log.push(Buffer.from(yield* take(9)).toString("latin1"));
      log.push(`${(yield* peek(1)).length}`);
    }
    const feed = feedAll(parse, Buffer.from("abcdefgh"), [100]);
    expect(log).toEqual(["ab", "cde", "<cdef>", "at 6", "gh", "0"]);
    expect([feed.offsetBytes, feed.sizeBytes]).toEqual([8, 8]);
  });

  it("gives the same answers however the bytes are cut", () => {
    const script = fc.array(fc.tuple(fc.constantFrom("take", "peek", "pass"), fc.nat(9)), { maxLength: 12 });
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(script, fc.uint8Array({ maxLength: 60 }), sizes, (steps, bytes, cuts) => {
        const run = (chunks: readonly number[]): string => {
          let log = "";
          function* parse(feed: ByteFeed): FeedParser {
            for (const [kind, count] of steps) {
              if (kind === "pass") yield* pass(count, (piece) => (log += Buffer.from(piece).toString("hex")));
              else log += Buffer.from(yield* kind === "take" ? take(count) : peek(count)).toString("hex");
              log += `@${feed.offsetBytes} `;
            }
          }
          feedAll(parse, bytes, chunks);
          return log;
        };
        expect(run(cuts)).toBe(run([1000]));
      }),
    );
  });

  it("counts bytes that come after its parser has ended", () => {
    const feed = feedAll(function* () {}, Buffer.alloc(50), [10]);
    expect([feed.offsetBytes, feed.sizeBytes]).toEqual([0, 50]);
  });
});
