import { setMaxListeners } from "node:events";
import { errorMessage } from "../../core/index.ts";
import type { Sources } from "../fetch/sources.ts";
import type { PieceLedger } from "./piece-ledger.ts";
import { isRightPiece, type PlannedPiece } from "./piece-plan.ts";
import type { PieceSource } from "./piece-source.ts";

export interface FetchPiecesOptions {
  readonly ledger: PieceLedger;
  readonly sources: Sources<PieceSource>;
  /** Whether this one is to be asked. */
  readonly mayAsk: (source: PieceSource) => boolean;
  /** Keeps a piece that was proved; the buffer is used again when it resolves. */
  readonly keep: (piece: PlannedPiece, bytes: Buffer) => Promise<void>;
  readonly pieceLengthBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedPieces {
  /** Sources that gave wrong bytes. */
  readonly liars: readonly string[];
  /** Why sources are asked no more. */
  readonly reasons: readonly string[];
}

/** Pieces that one source is at, so that it is never without a question. */
const PIECES_IN_FLIGHT = 2;
/** Pieces in memory, of all sources together. */
const MAX_BUFFER_BYTES = 128 * 1024 * 1024;
const MAX_FAILURES = 3;
const LOOK_AGAIN_MS = 100;

/**
 * Gets the missing pieces from all sources at once, proves each in memory and writes it once. A source that gives a wrong piece is let
 * go: all of a piece comes from one source, so there is no doubt whose fault it is. Returns when all are there, or nobody is left.
 */
export async function fetchPieces(options: FetchPiecesOptions): Promise<FetchedPieces> {
  const { ledger, sources, mayAsk, signal } = options;
  const stop = new AbortController();
  // Every source waits for it.
  setMaxListeners(0, stop.signal);
  const onAbort = (): void => stop.abort();
  if (signal?.aborted) stop.abort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const liars: string[] = [];
  const reasons: string[] = [];
  const buffers = new PieceBuffers(
    options.pieceLengthBytes,
    Math.max(2, Math.floor(MAX_BUFFER_BYTES / options.pieceLengthBytes)),
  );
  const asked = new Set<PieceSource>();
  const running = new Set<Promise<void>>();
  const ask = async (source: PieceSource): Promise<void> => {
    const reason = await askWhileNeeded(source, options, buffers, stop);
    source.close();
    if (reason === null) return;
    if (reason === WRONG) liars.push(source.name);
    reasons.push(`${source.name}: ${reason}`);
  };
  try {
    while (!ledger.isComplete && !stop.signal.aborted) {
      for (const source of sources.all) {
        if (asked.has(source) || !mayAsk(source)) continue;
        asked.add(source);
        const question = ask(source).finally(() => running.delete(question));
        running.add(question);
      }
      if (running.size === 0 && !sources.isSearching) break;
      await Promise.race([sources.changed(), ...running]);
    }
    await Promise.all(running);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort();
    sources.close();
  }
  return { liars, reasons };
}

const WRONG = "gave bytes that are not what was signed";

/** Returns why a source is asked no more; null when there is nothing left to ask for. */
async function askWhileNeeded(
  source: PieceSource,
  options: FetchPiecesOptions,
  buffers: PieceBuffers,
  stop: AbortController,
): Promise<string | null> {
  let failures = 0;
  let end: string | null = null;
  const work = async (): Promise<void> => {
    while (!options.ledger.isComplete && !stop.signal.aborted && end === null) {
      try {
        await orAborted(source.ready(), stop.signal);
      } catch (error) {
        end ??= stop.signal.aborted ? null : errorMessage(error);
        return;
      }
      const piece = options.ledger.take(source.name, (one) => source.has(one), performance.now());
      if (piece === null) {
        await sleep(LOOK_AGAIN_MS, stop.signal);
        continue;
      }
      const buffer = await buffers.take();
      const bytes = buffer.subarray(0, piece.lengthBytes);
      try {
        await orAborted(source.fetch(piece, bytes, stop.signal), stop.signal);
        if (!isRightPiece(piece, bytes)) {
          end = WRONG;
        } else if (options.ledger.keep(piece)) {
          await options.keep(piece, bytes);
          if (options.ledger.isComplete) stop.abort();
        }
        failures = 0;
        buffers.give(buffer);
      } catch (error) {
        // Blocks may still come into this buffer: it is not used again.
        buffers.lose();
        failures += 1;
        if (isOfDisk(error)) throw error;
        if (failures >= MAX_FAILURES) end ??= errorMessage(error);
      } finally {
        options.ledger.giveUp(source.name, piece);
      }
    }
  };
  await Promise.all(Array.from({ length: PIECES_IN_FLIGHT }, work));
  return end;
}

/** What the system says of our own files is no fault of a source. */
function isOfDisk(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "ENOENT", "EMFILE"].includes(code);
}

/** A bounded number of buffers of one piece each, used again and again. */
class PieceBuffers {
  private readonly sizeBytes: number;
  private readonly free: Buffer[] = [];
  private readonly waiting: ((buffer: Buffer) => void)[] = [];
  private room: number;

  constructor(sizeBytes: number, most: number) {
    this.sizeBytes = sizeBytes;
    this.room = most;
  }

  take(): Promise<Buffer> {
    const free = this.free.pop();
    if (free) return Promise.resolve(free);
    if (this.room > 0) {
      this.room -= 1;
      return Promise.resolve(Buffer.allocUnsafeSlow(this.sizeBytes));
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  give(buffer: Buffer): void {
    const next = this.waiting.shift();
    if (next) next(buffer);
    else this.free.push(buffer);
  }

  lose(): void {
    const next = this.waiting.shift();
    if (next) next(Buffer.allocUnsafeSlow(this.sizeBytes));
    else this.room += 1;
  }
}

/** Like the promise, but rejects when the signal fires before it is settled. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error("stopped"));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
