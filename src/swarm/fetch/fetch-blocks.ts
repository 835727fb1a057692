import { errorMessage, FailedError, throwIfAborted } from "../../core/index.ts";
import type { Block, BlockLedger } from "./block-ledger.ts";
import type { BlockSource } from "./block-source.ts";
import type { Sources } from "./sources.ts";

export interface FetchBlocksOptions {
  readonly ledger: BlockLedger;
  readonly sources: Sources<BlockSource>;
  /** Whether this one is to be asked. */
  readonly mayAsk?: (source: BlockSource) => boolean;
  /** Keeps the bytes of a block; a view that is good until it resolves. */
  readonly keep: (block: Block, bytes: Buffer) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Questions that a source may leave unanswered, or answer wrongly, before it is asked no more. */
const MAX_FAILURES = 5;
const LOOK_AGAIN_MS = 50;

/**
 * Gets all blocks that the ledger misses, from all sources at once, those that come later too: who is fast gets more to do, and
 * what one does not bring goes to another. When it ends, in whatever way, nothing is still being kept. Throws `FailedError`, with
 * what each source said, when none is left, none is still searched for, and blocks are missing; and what `keep` throws.
 */
export async function fetchBlocks(options: FetchBlocksOptions): Promise<void> {
  const { ledger, sources, mayAsk = () => true, signal } = options;
  const keeping = new Keeping(options.keep);
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) =>
    stop.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  const onAbort = (): void => stop.abort();
  if (signal?.aborted) stop.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const reasons: string[] = [];
  const asked = new Set<BlockSource>();
  let asking = 0;
  const ask = async (source: BlockSource): Promise<void> => {
    asked.add(source);
    asking += 1;
    const reason = await askWhileNeeded(source, ledger, keeping, stop.signal);
    asking -= 1;
    if (ledger.isComplete || keeping.hasFailed) stop.abort();
    else if (reason !== null) reasons.push(reason);
  };
  try {
    const running: Promise<void>[] = [];
    while (!ledger.isComplete && !stop.signal.aborted) {
      const fresh = sources.all.filter((source) => !asked.has(source) && mayAsk(source)).map(ask);
      running.push(...fresh);
      if (asking === 0 && !sources.isSearching) break;
      await Promise.race([
        stopped,
        sources.changed(),
        ...(sources.isSearching ? [] : [Promise.all(running)]),
      ]);
    }
    stop.abort();
    await Promise.all(running);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort();
    await keeping.end();
  }
  throwIfAborted(signal);
  if (ledger.isComplete) return;
  throw new FailedError(
    reasons.length > 0
      ? `no source has all of it: ${reasons.join("; ")}`
      : "there is no source to get it from",
    {
      hint: "name more sources: --peer HOST:PORT, or a release on the web; what came is kept for the next run",
    },
  );
}

/** Returns why a source is asked no more, or null when there is nothing left to ask for. */
async function askWhileNeeded(
  source: BlockSource,
  ledger: BlockLedger,
  keeping: Keeping,
  stop: AbortSignal,
): Promise<string | null> {
  const inFlight = new Set<Promise<void>>();
  let failures = 0;
  let lastReason = "";
  const ask = async (blocks: readonly Block[]): Promise<void> => {
    try {
      const bytes = await source.fetch(blocks, stop);
      failures = 0;
      let offset = 0;
      for (const block of blocks) {
        const part = bytes.subarray(offset, offset + block.lengthBytes);
        offset += block.lengthBytes;
        // What comes when all is over is nobody's: whoever waited for it has gone.
        if (stop.aborted) ledger.giveUp(source.name, block);
        else if (ledger.give(source.name, block)) await keeping.keep(block, part);
      }
    } catch (error) {
      for (const block of blocks) ledger.giveUp(source.name, block);
      failures += 1;
      lastReason = errorMessage(error);
    }
  };
  const ended = new Promise<void>((resolve) =>
    stop.addEventListener("abort", () => resolve(), { once: true }),
  );
  const isNeeded = (): boolean => !ledger.isComplete && !stop.aborted && !keeping.hasFailed;
  while (isNeeded() && failures < MAX_FAILURES) {
    try {
      await Promise.race([source.ready(), ended]);
    } catch (error) {
      return errorMessage(error);
    }
    while (inFlight.size < source.questionsInFlight && isNeeded()) {
      const blocks = ledger.take(source.name, source.blocksPerQuestion, performance.now());
      if (blocks.length === 0) break;
      const question = ask(blocks).finally(() => inFlight.delete(question));
      inFlight.add(question);
    }
    await Promise.race([ended, ...inFlight, ...(inFlight.size === 0 ? [sleep(LOOK_AGAIN_MS)] : [])]);
  }
  if (failures < MAX_FAILURES) return null;
  source.close();
  return lastReason;
}

/** What is being kept just now: a block counts as given before it is on disk, and a disk that fails is no fault of the source. */
class Keeping {
  private readonly keepBlock: FetchBlocksOptions["keep"];
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | null = null;

  constructor(keepBlock: FetchBlocksOptions["keep"]) {
    this.keepBlock = keepBlock;
  }

  get hasFailed(): boolean {
    return this.failure !== null;
  }

  /** Resolves when it is kept or cannot be: the latter is told by `end`. */
  keep(block: Block, bytes: Buffer): Promise<void> {
    const kept = this.keepBlock(block, bytes)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(kept));
    this.running.add(kept);
    return kept;
  }

  async end(): Promise<void> {
    await Promise.all(this.running);
    if (this.failure) throw this.failure.error;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
