import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FailedError, throwIfAborted } from "../../core/errors.ts";
import { INTAKE_THREADS, type RecordIntake } from "../facts/add-record-source.ts";
import type { FactTable } from "../facts/fact-tables.ts";
import type { IdRange } from "../facts/id-files.ts";
import type { RecordInput } from "../facts/record-input.ts";
import { type RecordMember, recordMembers } from "../facts/record-members.ts";
import { BATCH_BYTES, type Batch, batches, faultReject } from "../lines/batches.ts";
import { InputFault } from "../lines/input-fault.ts";
import { LineRooms } from "../lines/line-room.ts";
import { bytesOfRuns } from "../lines/read-runs.ts";
import { withHead } from "../lines/with-head.ts";
import type { DocumentFormat, MemberHead, ThreadFormat } from "./document-format.ts";
import { findKeptBatch, idRanges, type KeptBatch, keepBatch } from "./kept-batch.ts";
import { partPath } from "./part-paths.ts";
import { splitterOf } from "./splitter-of.ts";
import { turnBySql, turnInThread } from "./turn-batch.ts";

const HEAD_BYTES = 1_048_576;
const DRY_RUN_BYTES = 262_144;
/** Behind the lines of a batch, where no line is longer than a third of it. */
const ROOM_FOR_LONG_LINES = 1 << 20;
const ID_BYTES = BigUint64Array.BYTES_PER_ELEMENT;
const BATCHES_AT_A_TIME = INTAKE_THREADS;
/** Of batches for threads one more is waiting, so that none of them waits. */
const BATCHES_AHEAD = 1;

/** What became of a part of a batch. */
export interface Part {
  readonly path: string;
  /** Where the ids of its rows are; null where nobody noted them. */
  readonly ids: IdRange | null;
}

/** Parts by their names, in the order of the input. */
export type Parts = ReadonlyMap<string, readonly Part[]>;

export function pathsOf(parts: readonly Part[]): readonly string[] {
  return parts.map(({ path }) => path);
}

export interface ReadDocumentsOptions {
  /** About how much text is turned into rows at a time. */
  readonly batchBytes?: number | undefined;
  /** Parts that are rows of the table of that name as they stand: the writer gets them as they come. */
  readonly tables?: readonly FactTable[];
  /** Is given the other parts of each batch as they come, by their names; else they are given at the end. */
  readonly onParts?: (parts: ReadonlyMap<string, Part>) => void;
}

/**
 * Reads all files of an intake line by line. Two batches are turned into Parquet at a time, while the one after them is
 * unpacked and cut. Batches that an earlier run kept are not parsed again. `formatOf` says what a member is; null passes it over. Gives the
 * parts that the writer did not get.
 */
export async function readDocuments(
  intake: RecordIntake,
  formatOf: (member: MemberHead) => DocumentFormat | null,
  options: ReadDocumentsOptions = {},
): Promise<Parts> {
  return await new DocumentReader(intake, formatOf, options).read();
}

class DocumentReader {
  readonly #intake: RecordIntake;
  readonly #formatOf: (member: MemberHead) => DocumentFormat | null;
  readonly #batchBytes: number;
  readonly #tables: readonly FactTable[];
  readonly #onParts: (parts: ReadonlyMap<string, Part>) => void;
  readonly #kept = new Map<number, KeptBatch>();
  readonly #parts = new Map<string, Part[]>();
  readonly #rooms: LineRooms;
  #nextIndex = 0;
  /** Batches that are being taken, in their order. */
  readonly #taking: Promise<void>[] = [];

  constructor(
    intake: RecordIntake,
    formatOf: (member: MemberHead) => DocumentFormat | null,
    { batchBytes = BATCH_BYTES, tables = [], onParts }: ReadDocumentsOptions,
  ) {
    this.#tables = tables;
    this.#onParts = onParts ?? ((parts) => this.#keep(parts));
    this.#batchBytes = intake.isDryRun ? DRY_RUN_BYTES : batchBytes;
    this.#intake = intake;
    this.#rooms = new LineRooms(this.#batchBytes + ROOM_FOR_LONG_LINES);
    this.#formatOf = formatOf;
  }

  async read(): Promise<Parts> {
    await this.#findKept();
    try {
      for (const input of this.#intake.inputs) await this.#readInput(input);
    } finally {
      await Promise.allSettled(this.#taking);
    }
    await Promise.all(this.#taking);
    return this.#parts;
  }

  /** Of an input that began with that batch. */
  #isEnough(first: number): boolean {
    return this.#intake.isDryRun && this.#nextIndex > first;
  }

  async #findKept(): Promise<void> {
    for (const name of await readdir(this.#intake.kept)) {
      const folder = join(this.#intake.kept, name);
      const found = /^\d+$/.test(name) ? await findKeptBatch(folder) : null;
      if (found) this.#kept.set(Number(name), found);
      else await rm(folder, { recursive: true, force: true });
    }
  }

  async #readInput(input: RecordInput): Promise<void> {
    const { writer, progress } = this.#intake;
    const first = this.#nextIndex;
    try {
      for await (const member of recordMembers(input, progress)) {
        await this.#readMember(input, member, first);
        if (this.#isEnough(first)) return;
      }
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      writer.reject({ line: null, sample: input.name, ...faultReject(error) });
    }
  }

  async #readMember(input: RecordInput, member: RecordMember, first: number): Promise<void> {
    const { signal, scratch } = this.#intake;
    const { head, chunks } = await withHead(member.chunks, HEAD_BYTES);
    const format = this.#formatOf({ file: input.name, name: member.name, head });
    if (format === null) return;
    const isInPlace = member.isFile && format.spansLines !== true;
    const cut = batches(format.spansLines === true ? inOneLine(chunks) : chunks, {
      folder: scratch,
      firstIndex: this.#nextIndex,
      isDone: (index) => this.#kept.has(index),
      splitter: (batchBytes) =>
        isForThreads(format)
          ? splitterOf(format.records ?? null, true, batchBytes)
          : splitterOf(null, format.fields !== null, batchBytes),
      batchBytes: this.#batchBytes,
      ...(isForThreads(format) ? { rooms: isInPlace ? null : this.#rooms } : {}),
    });
    for await (const batch of cut) {
      throwIfAborted(signal);
      const most = BATCHES_AT_A_TIME + (isForThreads(format) ? BATCHES_AHEAD : 0);
      while (this.#taking.length >= most) await this.#taking.shift();
      this.#nextIndex = batch.index + 1;
      const take = this.#take(batch, format, input, this.#taking.at(-1));
      // Whoever awaits it next hears of the failure; until then it is not "unhandled".
      take.catch(() => {});
      this.#taking.push(take);
      if (this.#isEnough(first)) return;
    }
  }

  /** Turns a batch into Parquet beside the one before, and takes its parts up after those of that one. */
  async #take(
    batch: Batch,
    format: DocumentFormat,
    input: RecordInput,
    before: Promise<void> | undefined,
  ): Promise<void> {
    const { kept, writer, inputs } = this.#intake;
    const folder = join(kept, String(batch.index));
    const known = this.#kept.get(batch.index);
    if (known && known.lines !== batch.lines) {
      throw new FailedError("the input is not the one that was read before", {
        hint: `delete the folder "${kept}" and run the same command again`,
      });
    }
    const done = known ?? (await this.#turnInto(folder, batch, format, input));
    await before;
    if (done === null) return;
    const from = inputs.length > 1 ? `${input.name}: ` : "";
    writer.rejectAll(
      done.rejected,
      done.rejects.map(({ offsetBytes, reason, ...reject }) => ({
        ...reject,
        offsetBytes: format.hidesOffsets === true ? null : offsetBytes,
        reason: `${from}${reason}`,
      })),
    );
    const ids = idRanges(folder, done);
    const others = new Map<string, Part>();
    for (const name of Object.keys(done.parts)) {
      const part = { path: partPath(folder, name), ids: ids.get(name) ?? null };
      const table = this.#tables.find((one) => one === name);
      if (table === undefined) others.set(name, part);
      else writer.addWhole(table, part.path, part.ids);
    }
    this.#onParts(others);
  }

  #keep(parts: ReadonlyMap<string, Part>): void {
    for (const [name, part] of parts) {
      const known = this.#parts.get(name);
      if (known === undefined) this.#parts.set(name, [part]);
      else known.push(part);
    }
  }

  async #turnInto(
    folder: string,
    batch: Batch,
    format: DocumentFormat,
    input: RecordInput,
  ): Promise<KeptBatch | null> {
    const { room, file, runs } = batch;
    if (isForThreads(format)) {
      const { threads } = this.#intake;
      if (threads === null) throw new TypeError(`no thread turns "${format.name}" into rows`);
      const kept = await keepBatch(folder, (unfinished) =>
        turnInThread(threads, batch, input.fd, format, unfinished),
      ).catch((error: unknown) => {
        // Of a file that became shorter a thread knows less.
        input.checkUnchanged();
        throw error;
      });
      if (kept.ids.tracks !== undefined) this.#expectTracks(kept.ids.tracks / ID_BYTES, bytesOfRuns(runs));
      if (room !== null) this.#rooms.give(room);
      return kept;
    }
    if (file === null) return null;
    // Its temporary tables go with it.
    return await this.#intake.database.onConnection((database) =>
      keepBatch(folder, (unfinished) => turnBySql(database, { ...batch, file }, format, unfinished)),
    );
  }

  /** What the other bytes of the inputs hold is like what a batch of so many bytes held. */
  #expectTracks(tracks: number, batchBytes: number): void {
    const { inputs, writer } = this.#intake;
    const allBytes = inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    writer.expectTracks(Math.ceil((tracks * allBytes) / batchBytes));
  }
}

function isForThreads(format: DocumentFormat): format is ThreadFormat {
  return !("queries" in format);
}

/** Between the tokens of JSON a line break is white space, and within its texts there is none. */
async function* inOneLine(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const copy = Buffer.from(chunk);
    for (let at = copy.indexOf(0x0a); at >= 0; at = copy.indexOf(0x0a, at + 1)) copy[at] = 0x20;
    yield copy;
  }
}
