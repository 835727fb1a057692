import { randomBytes } from "node:crypto";
import { type Database, sqlTextList } from "../../core/database.ts";
import type { LateDatabase } from "../../core/late-database.ts";
import { ColumnMemory } from "../../core/number-columns.ts";
import { IdFiles, type IdRange } from "./id-files.ts";
import { IdFilter } from "./id-filter.ts";

/** More than that, and all are counted: keys are then repeated, or the filter is full. */
const MAX_SUSPECTS = 1 << 22;
/** Of which the ids are read; files are parts of some megabytes. */
const FILES_AT_A_TIME = 8;
/** Bits for each suspect, of which a sixteenth lets other ids pass. */
const BITS_PER_SUSPECT = 16;
const MIN_WORDS = 1024;

/**
 * Whether ids of tracks come again, or others of 64 bits that are as good as a hash of what is to come once. Grouping all ids of a table takes
 * ten times the memory of the filter, and five times as long: what the filter lets pass is not grouped.
 */
export class RepeatedIds {
  /** How many ids are to come, as far as can be told before the first are noted: the filter then has its size at once. */
  expectedIds = 0;
  #filter: IdFilter | null = null;
  /** Where the ids of the rows of a part are, by its path. */
  readonly #noted = new Map<string, IdRange>();
  readonly #files = new IdFiles();

  /** Notes the ids of a part, which need then not be read from it. */
  note(part: string, ids: IdRange): void {
    this.#add(this.#files.read(ids));
    this.#noted.set(part, ids);
  }

  /**
   * Rows of these parts, among which are all that were noted, with an id that a row before them has; `rows` is the number of
   * all.
   */
  async count(database: LateDatabase, parts: readonly string[], rows: number): Promise<number> {
    const others = parts.filter((path) => !this.#noted.has(path));
    this.expectedIds = Math.max(this.expectedIds, rows);
    if (others.length > 0) await database.onConnection((own) => this.#readIds(own, others));
    const suspects = this.#suspects;
    if (suspects.length === 0) return 0;
    if (suspects.length > MAX_SUSPECTS)
      return await database.onConnection((own) => countRepeated(own, read(parts)));
    if (others.length === 0) return countAmong(this.#files, this.#noted.values(), suspects);
    return await database.onConnection((own) => countSuspects(own, parts, suspects));
  }

  /** The same of parts that were all noted; null where too many ids may be repeated to say. */
  countNoted(): number | null {
    const suspects = this.#suspects;
    return suspects.length > MAX_SUSPECTS ? null : countAmong(this.#files, this.#noted.values(), suspects);
  }

  async #readIds(database: Database, parts: readonly string[]): Promise<void> {
    const memory = new ColumnMemory();
    for (let at = 0; at < parts.length; at += FILES_AT_A_TIME) {
      const some = parts.slice(at, at + FILES_AT_A_TIME);
      const ids = await database.numbers(`select track_id from ${read(some)}`, ["track_id"], memory);
      this.#add(ids.bigUints("track_id"));
    }
  }

  get #suspects(): BigUint64Array {
    return this.#filter?.suspects ?? new BigUint64Array(0);
  }

  #add(ids: BigUint64Array): void {
    this.#filter ??= new IdFilter(this.expectedIds);
    if (this.#filter.suspects.length <= MAX_SUSPECTS) this.#filter.add(ids);
  }
}

/** Ids that come again are among the suspects: bits for these leave few others, which are sorted with them. */
function countAmong(files: IdFiles, ranges: Iterable<IdRange>, suspects: BigUint64Array): number {
  if (suspects.length === 0) return 0;
  const words = Math.max(MIN_WORDS, (BITS_PER_SUSPECT * suspects.length) / 32);
  const bits = new Int32Array(2 ** Math.ceil(Math.log2(words)));
  const mask = bits.length - 1;
  const found: BigUint64Array[] = [];
  const halvesOf = ({ buffer, byteOffset, length }: BigUint64Array): Int32Array =>
    new Int32Array(buffer, byteOffset, 2 * length);
  const halves = halvesOf(suspects);
  for (let at = 0; at < halves.length; at += 2) {
    const index = (halves[at] ?? 0) & mask;
    bits[index] = (bits[index] ?? 0) | (1 << (halves[at + 1] ?? 0));
  }
  for (const range of ranges) {
    const ids = files.read(range);
    const all = halvesOf(ids);
    let kept = 0;
    for (let at = 0; at < all.length; at += 2) {
      if (((bits[(all[at] ?? 0) & mask] ?? 0) & (1 << (all[at + 1] ?? 0))) === 0) continue;
      ids[kept] = ids[at >> 1] ?? 0n;
      kept += 1;
    }
    found.push(ids.slice(0, kept));
  }
  const sorted = joined(found).sort();
  let repeated = 0;
  for (let at = 1; at < sorted.length; at += 1) if (sorted[at] === sorted[at - 1]) repeated += 1;
  return repeated;
}

function joined(lists: readonly BigUint64Array[]): BigUint64Array {
  const all = new BigUint64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

async function countSuspects(
  database: Database,
  parts: readonly string[],
  suspects: BigUint64Array,
): Promise<number> {
  const values = Array.from(suspects, (suspect) => ({ suspect }));
  const table = `suspect_${randomBytes(6).toString("hex")}`;
  await database.insert(table, { suspect: "UBIGINT" }, values);
  try {
    const from = `${read(parts)} where track_id in (select suspect from ${table})`;
    return await countRepeated(database, from);
  } finally {
    await database.run(`drop table ${table}`);
  }
}

async function countRepeated(database: Database, from: string): Promise<number> {
  // Grouping spills to disk where counting distinct values does not.
  const [counted] = await database.rows(
    `select coalesce(sum(n - 1), 0)::bigint as repeated
     from (select count(*) as n from ${from} group by track_id)`,
  );
  return Number(counted?.repeated ?? 0);
}

function read(paths: readonly string[]): string {
  return `read_parquet(${sqlTextList(paths)}, hive_partitioning = false)`;
}
