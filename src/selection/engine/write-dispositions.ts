import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEADWAX_VERSION, type Progress } from "../../core/index.ts";
import { ColumnFile } from "../../formats/parquet/column-file.ts";
import { DISPOSITIONS, GATE_SIDES, REASON_NAMES } from "../disposition.ts";
import { BestLeftOut, type LeftOut } from "./best-left-out.ts";
import type { Threshold } from "./choose-threshold.ts";
import { type DecidedColumns, Decider } from "./decider.ts";
import type { PlanningSession } from "./planning-session.ts";
import { DecisionTally, type Tally } from "./tally-decisions.ts";
import { blocksOf, eachStretch } from "./track-columns.ts";
import { StepWeigher } from "./weigh-steps.ts";

export interface DispositionFile {
  readonly file: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface WrittenDispositions {
  readonly files: readonly DispositionFile[];
  readonly tallies: readonly Tally[];
  /** The tracks left out that are worth most. */
  readonly leftOut: readonly LeftOut[];
}

const LEFT_OUT_SHOWN = 20;

/** As `docs/formats/plan.md` says. */
const COLUMNS = [
  { name: "track_id", type: "UBIGINT" },
  { name: "disposition", type: DISPOSITIONS },
  { name: "reason", type: REASON_NAMES },
  { name: "gate", type: GATE_SIDES },
  { name: "bytes_estimated", type: "BIGINT" },
  { name: "held", type: "BOOLEAN" },
] as const;

/**
 * Decides for every track, stretch by stretch. With a folder, writes `dispositions/<n>.parquet` in it; without, only adds
 * up. While one stretch is decided, the next one is read and the one before is written.
 */
export async function writeDispositions(
  session: PlanningSession,
  threshold: Threshold,
  options: {
    readonly folder: string | null;
    readonly hasBudget: boolean;
    readonly signal?: AbortSignal | undefined;
    readonly progress?: Progress | undefined;
  },
): Promise<WrittenDispositions> {
  const tally = new DecisionTally();
  const leftOut = new BestLeftOut(LEFT_OUT_SHOWN);
  const weigher = new StepWeigher(session);
  const decider = new Decider(threshold, options.hasBudget);
  const writer = options.folder === null ? null : await DispositionWriter.open(options.folder);
  try {
    for await (const { at, tracks } of eachStretch(session, options.signal)) {
      writer?.begin();
      for (const block of blocksOf(tracks)) {
        const decided = decider.decide(block, weigher.weigh(block));
        tally.add(decided);
        leftOut.add(decided, block.values);
        writer?.add(decided);
      }
      await writer?.end(at);
      options.progress?.advance(1);
    }
    return { files: (await writer?.files()) ?? [], tallies: tally.rows(), leftOut: leftOut.tracks };
  } finally {
    await writer?.close();
  }
}

/** Writes one file at a time, and gives its caller back the time that takes. */
class DispositionWriter {
  readonly #folder: string;
  readonly #files: DispositionFile[] = [];
  #writing: Promise<void> = Promise.resolve();
  /** The file that is being filled, and the one that is being written. */
  #filled = new ColumnFile(COLUMNS);
  #written = new ColumnFile(COLUMNS);
  #rows = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<DispositionWriter> {
    await mkdir(join(folder, "dispositions"));
    return new DispositionWriter(folder);
  }

  /** Begins the file of a stretch. */
  begin(): void {
    this.#filled.begin();
    this.#rows = 0;
  }

  /** A block is a row group. */
  add({ trackIds, dispositions, reasons, gates, bytes, held }: DecidedColumns): void {
    const rows = trackIds.length;
    if (rows === 0) return;
    this.#filled.group([trackIds, dispositions, reasons, gates, bytes, held], rows);
    this.#rows += rows;
  }

  /** The file is written while the next one is begun. */
  async end(at: number): Promise<void> {
    const bytes = this.#filled.end(`deadwax ${DEADWAX_VERSION}`);
    await this.#writing;
    [this.#filled, this.#written] = [this.#written, this.#filled];
    this.#writing = this.#writeFile(`dispositions/${at}.parquet`, this.#rows, bytes);
    // Whoever waits for it next is told; until then it is not an error that nobody hears of.
    this.#writing.catch(() => {});
  }

  async files(): Promise<readonly DispositionFile[]> {
    await this.#writing;
    return this.#files;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
  }

  async #writeFile(file: string, rows: number, bytes: Uint8Array): Promise<void> {
    await writeFile(join(this.#folder, file), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    this.#files.push({ file, rows, sizeBytes: bytes.length, sha256 });
  }
}
