import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { BLOCK_BYTES, type Block, BlockLedger } from "./block-ledger.ts";
import type { BlockSource } from "./block-source.ts";
import { fetchBlocks } from "./fetch-blocks.ts";
import { Sources } from "./sources.ts";

const BLOCKS = 8;

/** A source that answers everything at once, one block a question. */
function quickSource(asked: Block[] = []): Sources<BlockSource> {
  const sources = new Sources<BlockSource>();
  sources.add({
    name: "quick",
    blocksPerQuestion: 1,
    questionsInFlight: BLOCKS,
    receivedBytes: 0,
    ready: () => Promise.resolve(),
    fetch: (blocks) => {
      asked.push(...blocks);
      return Promise.resolve(Buffer.alloc(blocks.length * BLOCK_BYTES));
    },
    hashes: null,
    close() {},
  });
  return sources;
}

describe("blocks that come", () => {
  test("are all on disk when it is done, also when the disk is slower with one of them", async () => {
    const ledger = new BlockLedger(0, BLOCKS * BLOCK_BYTES);
    const kept: number[] = [];
    const keep = async ({ index }: Block): Promise<void> => {
      if (index === BLOCKS - 1) await sleep(50);
      kept.push(index);
    };
    await fetchBlocks({ ledger, sources: quickSource(), keep });
    expect(kept.toSorted((a, b) => a - b)).toEqual(Array.from({ length: BLOCKS }, (_, index) => index));
  });

  test("and cannot be written are no fault of the source: what the disk says is thrown, nothing is asked again", async () => {
    const ledger = new BlockLedger(0, BLOCKS * BLOCK_BYTES);
    const asked: Block[] = [];
    const keep = ({ index }: Block): Promise<void> =>
      index === 2 ? Promise.reject(new Error("no space left")) : Promise.resolve();
    await expect(fetchBlocks({ ledger, sources: quickSource(asked), keep })).rejects.toThrow("no space left");
    expect(asked).toHaveLength(BLOCKS);
  });
});
