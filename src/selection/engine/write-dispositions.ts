import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileSha256 } from "../../catalogue/index.ts";
import type { ColumnAppender, Database, Progress } from "../../core/index.ts";
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
  const writer = options.folder === null ? null : await DispositionWriter.open(session, options.folder);
  try {
    for await (const { at, tracks } of eachStretch(session, options.signal)) {
      await writer?.begin(at);
      for (const block of blocksOf(tracks)) {
        const decided = decider.decide(block, weigher.weigh(block));
        tally.add(decided);
        leftOut.add(decided, block.values);
        writer?.add(decided);
      }
      await writer?.end();
      options.progress?.advance(1);
    }
    return { files: (await writer?.files()) ?? [], tallies: tally.rows(), leftOut: leftOut.tracks };
  } finally {
    await writer?.close();
  }
}

/** Writes one file at a time, and gives its caller back the time that takes. */
class DispositionWriter {
  readonly #database: Database;
  readonly #folder: string;
  readonly #files: DispositionFile[] = [];
  #writing: Promise<void> = Promise.resolve();
  #appender: ColumnAppender | null = null;
  #at = 0;
  #rows = 0;

  private constructor(database: Database, folder: string) {
    this.#database = database;
    this.#folder = folder;
  }

  static async open({ database }: PlanningSession, folder: string): Promise<DispositionWriter> {
    await mkdir(join(folder, "dispositions"));
    // Its own connection: that of the session reads meanwhile.
    return new DispositionWriter(await database.connect(), folder);
  }

  /** Begins the file of a stretch. */
  async begin(at: number): Promise<void> {
    this.#at = at;
    this.#rows = 0;
    await this.#database.run(
      `create or replace temp table ${this.#table} (track_id ubigint, disposition disposition, reason reason, gate gate_side, bytes_estimated bigint, held boolean)`,
    );
    this.#appender = await this.#database.appender(this.#table, [
      "UBIGINT",
      DISPOSITIONS,
      REASON_NAMES,
      GATE_SIDES,
      "BIGINT",
      "BOOLEAN",
    ]);
  }

  add({ trackIds, dispositions, reasons, gates, bytes, held }: DecidedColumns): void {
    this.#appender?.append([trackIds, dispositions, reasons, gates, bytes, held], trackIds.length);
    this.#rows += trackIds.length;
  }

  /** The file is written while the next one is begun. */
  async end(): Promise<void> {
    this.#appender?.close();
    this.#appender = null;
    await this.#writing;
    this.#writing = this.#writeFile(this.#table, `dispositions/${this.#at}.parquet`, this.#rows);
    // Whoever waits for it next is told; until then it is not an error that nobody hears of.
    this.#writing.catch(() => {});
  }

  get #table(): string {
    return `decided_${this.#at % 2}`;
  }

  async files(): Promise<readonly DispositionFile[]> {
    await this.#writing;
    return this.#files;
  }

  async close(): Promise<void> {
    this.#appender?.close();
    await this.#writing.catch(() => {});
    this.#database.close();
  }

  async #writeFile(table: string, file: string, rows: number): Promise<void> {
    const path = join(this.#folder, file);
    await this.#database.writeParquet(`from ${table}`, path);
    const { size } = await stat(path);
    this.#files.push({ file, rows, sizeBytes: size, sha256: await fileSha256(path) });
  }
}
