import { writeFile } from "node:fs/promises";
import { workerData } from "node:worker_threads";
import { serveThreadJobs } from "../../core/thread-pool.ts";
import { type Pack, zstdPacker } from "../../core/zstd.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";
import { ACCESSION_ZSTD_LEVEL } from "../accession/accession-format.ts";
import type { IntakeThreadInput } from "../facts/add-record-source.ts";
import type { Run } from "../lines/batches.ts";
import { bytesOfRuns, readRuns } from "../lines/read-runs.ts";
import { idsPath, partPath } from "./part-paths.ts";

/** For batches are not all of one size. */
const SPACE = 1.25;

/** A batch of lines, to become Parquet. */
export interface BatchJob {
  /** Name of the kind of document. */
  readonly format: string;
  /** What is told of it: the same in each job of that name. */
  readonly input: unknown;
  readonly lines: LinesInMemory | LinesInFile;
  /** A folder that is there, for the parts and their ids. */
  readonly folder: string;
}

/** Lines, each with its newline, of so many bytes, and spare bytes behind them; nobody else uses the memory until there is an answer. */
export interface LinesInMemory {
  readonly memory: SharedArrayBuffer;
  readonly sizeBytes: number;
}

/** Lines where they stand in a file that is open in this process. */
export interface LinesInFile {
  readonly fd: number;
  readonly runs: readonly Run[];
  /** How much memory is needed behind them. */
  readonly spareBytes: number;
}

export interface BatchAnswer {
  /** Sizes of the files, by the name of the part, and of those with ids of its rows. */
  readonly parts: Readonly<Record<string, number>>;
  readonly ids: Readonly<Record<string, number>>;
  /** Why lines were refused, by their numbers. */
  readonly refused: ReadonlyMap<number, string>;
}

/** Turns batches of one kind into the rows of files. */
export interface BatchTurner {
  /** By the name of the part. */
  readonly files: Readonly<Record<string, RowFile>>;
  /** Takes the first `sizeBytes` of the memory, behind which there are the spare bytes, and gives why lines were refused, by their numbers. */
  turn(memory: Uint8Array, sizeBytes: number): Map<number, string>;
}

export interface BatchKind {
  readonly format: string;
  readonly input: unknown;
  readonly sourceName: string;
}

/** The program of a thread that turns batches into Parquet, one after the other in the same memory. */
export function serveBatches(turnerOf: (kind: BatchKind, pack: Pack) => BatchTurner): void {
  const { sourceName } = workerData as IntakeThreadInput;
  const pack = zstdPacker(ACCESSION_ZSTD_LEVEL);
  const turners = new Map<string, BatchTurner>();
  serveThreadJobs(async (job): Promise<BatchAnswer> => {
    const { format, input, lines, folder } = job as BatchJob;
    const turner = turners.get(format) ?? turnerOf({ format, input, sourceName }, pack);
    turners.set(format, turner);
    for (const part of Object.values(turner.files)) part.begin();
    const { memory, sizeBytes } = "memory" in lines ? inMemory(lines) : read(lines);
    const refused = turner.turn(memory, sizeBytes);
    const parts: Record<string, number> = {};
    const ids: Record<string, number> = {};
    for (const [name, part] of Object.entries(turner.files)) {
      const bytes = part.end();
      await writeFile(partPath(folder, name), bytes);
      parts[name] = bytes.length;
      if (part.kept !== null) ids[name] = part.kept.length;
    }
    const kept = Object.values(turner.files).flatMap((part) => part.kept ?? []);
    await writeFile(idsPath(folder), Buffer.concat(kept));
    return { parts, ids, refused };
  });
}

interface BatchLines {
  readonly memory: Uint8Array;
  readonly sizeBytes: number;
}

function inMemory({ memory, sizeBytes }: LinesInMemory): BatchLines {
  return { memory: new Uint8Array(memory), sizeBytes };
}

/** Memory that only this thread has: copies from it are cheaper than from memory that is shared. */
let own: Uint8Array = new Uint8Array(0);

function read({ fd, runs, spareBytes }: LinesInFile): BatchLines {
  const sizeBytes = bytesOfRuns(runs);
  const neededBytes = sizeBytes + spareBytes;
  if (own.length < neededBytes) own = new Uint8Array(Math.ceil(SPACE * neededBytes));
  readRuns(fd, runs, own);
  return { memory: own, sizeBytes };
}
