import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathText } from "../files/path-text.ts";
import { InputFault } from "./input-fault.ts";
import type { LineRoom, LineRooms } from "./line-room.ts";
import type { LinePlace, SplitEvent, Splitter } from "./line-splitter.ts";

/** About as much text as is parsed at a time: this bounds what a run needs. */
export const BATCH_BYTES = 67_108_864;
/** Of each batch; all are counted. */
export const MAX_KEPT_REJECTS = 1_000;
const MAX_SAMPLE_LENGTH = 200;

/** A line, or a place, of an input that cannot be used. */
export interface Reject {
  readonly line: number | null;
  readonly offsetBytes: number | null;
  readonly reason: string;
  /** Its beginning, printable; null where there is none. */
  readonly sample: string | null;
}

/** Lines that follow one another, each with its newline: the last of the input may have none there. */
export interface Run extends LinePlace {
  readonly count: number;
  readonly sizeBytes: number;
}

export interface Batch {
  /** Counts from 0 within the run. */
  readonly index: number;
  /** The spool file with the good lines; null when they are in memory, or the batch is one that need not be read again. */
  readonly file: string | null;
  /** The good lines in memory, where they are asked for so and are not left in place. */
  readonly room: LineRoom | null;
  readonly lines: number;
  readonly longestBytes: number;
  /** Where the good lines come from. */
  readonly runs: readonly Run[];
  readonly rejected: number;
  /** The first of those that no parser is given. */
  readonly rejects: readonly Reject[];
}

export interface BatchOptions {
  readonly folder: string;
  readonly firstIndex: number;
  /** Batches that are done already are counted and not written. */
  readonly isDone: (index: number) => boolean;
  readonly batchBytes?: number;
  /** What cuts the bytes; a batch has about `batchBytes`. */
  readonly splitter: (batchBytes: number) => Splitter;
  /** Where there is one, good lines go into memory, and not into files; null leaves them where they are. */
  readonly rooms?: LineRooms | null;
}

/**
 * Cuts the lines of one member into batches, written to spool files that the caller removes, to memory that it
 * gives back, or nowhere. Which line is in which batch
 * depends on the bytes alone. An input that ends early gives what it has; the fault is then a reject of the last batch.
 */
export async function* batches(
  chunks: AsyncIterable<Buffer>,
  options: BatchOptions,
): AsyncGenerator<Batch, void> {
  const { firstIndex, isDone, batchBytes = BATCH_BYTES } = options;
  const splitter = options.splitter(batchBytes);
  let writer = await startBatch(options, firstIndex);
  const take = async function* (events: Iterable<SplitEvent>): AsyncGenerator<Batch> {
    for (const event of events) {
      if (event.kind !== "cut") await writer.take(event);
      else {
        yield await writer.finish();
        writer = await startBatch(options, writer.index + 1);
      }
    }
  };
  try {
    let fault: InputFault | null = null;
    try {
      for await (const chunk of chunks) yield* take(splitter.push(chunk));
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      fault = error;
    }
    yield* take(splitter.finish(fault !== null));
    if (fault !== null) writer.reject({ line: null, sample: null, ...faultReject(fault) });
    if (!writer.isEmpty || isDone(writer.index)) yield await writer.finish();
  } finally {
    await writer.discard();
  }
}

/** How an input that ends early is told. */
export function faultReject(fault: InputFault): Pick<Reject, "reason" | "offsetBytes"> {
  return { reason: `the input ends early: ${fault.message}`, offsetBytes: fault.offsetBytes };
}

/** The beginning of a line, safe to print. */
export function sampleOf(head: Buffer): string {
  return pathText(head.subarray(0, 4 * MAX_SAMPLE_LENGTH))
    .text.slice(0, MAX_SAMPLE_LENGTH)
    .toWellFormed();
}

async function startBatch(options: BatchOptions, index: number): Promise<BatchWriter> {
  const { folder, isDone, rooms } = options;
  if (isDone(index)) return new BatchWriter(index, {});
  if (rooms === null) return new BatchWriter(index, {});
  if (rooms !== undefined) return new BatchWriter(index, { room: rooms.take() });
  const file = join(folder, `spool-${index}.ndjson`);
  return new BatchWriter(index, { file, handle: await open(file, "w") });
}

class BatchWriter {
  readonly index: number;
  readonly #file: string | null;
  #handle: FileHandle | null;
  readonly #room: LineRoom | null;
  #lines = 0;
  #longestBytes = 0;
  #rejected = 0;
  readonly #runs: { line: number; offsetBytes: number; count: number; sizeBytes: number }[] = [];
  readonly #rejects: Reject[] = [];

  constructor(index: number, into: { file?: string; handle?: FileHandle; room?: LineRoom }) {
    this.index = index;
    this.#file = into.file ?? null;
    this.#handle = into.handle ?? null;
    this.#room = into.room ?? null;
  }

  get isEmpty(): boolean {
    return this.#lines === 0 && this.#rejected === 0;
  }

  async take(event: Exclude<SplitEvent, { readonly kind: "cut" }>): Promise<void> {
    const { line, offsetBytes } = event;
    if (event.kind === "refused") {
      this.reject({ line, offsetBytes, reason: event.reason, sample: sampleOf(event.head) });
      return;
    }
    this.#lines += event.count;
    this.#longestBytes = Math.max(this.#longestBytes, event.longestBytes);
    const last = this.#runs.at(-1);
    const sizeBytes = event.bytes.length;
    if (last && last.line + last.count === line && last.offsetBytes + last.sizeBytes === offsetBytes) {
      last.count += event.count;
      last.sizeBytes += sizeBytes;
    } else this.#runs.push({ line, offsetBytes, count: event.count, sizeBytes });
    this.#room?.add(event.bytes);
    await this.#handle?.writeFile(event.bytes);
  }

  reject(reject: Reject): void {
    this.#rejected += 1;
    if (this.#rejects.length < MAX_KEPT_REJECTS) this.#rejects.push(reject);
  }

  async finish(): Promise<Batch> {
    await this.#handle?.close();
    this.#handle = null;
    return {
      index: this.index,
      file: this.#file,
      room: this.#room,
      lines: this.#lines,
      longestBytes: this.#longestBytes,
      runs: this.#runs,
      rejected: this.#rejected,
      rejects: this.#rejects,
    };
  }

  /** Does nothing after `finish`. */
  async discard(): Promise<void> {
    if (this.#handle === null) return;
    await this.#handle.close();
    if (this.#file !== null) await rm(this.#file, { force: true });
  }
}
