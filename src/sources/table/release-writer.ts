import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sqlTextList } from "../../core/database.ts";
import type { LateDatabase } from "../../core/late-database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import type { Part } from "../documents/read-documents.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { ParquetJoin } from "../facts/join-parquet.ts";
import { RepeatedIds } from "../facts/repeated-ids.ts";
import type { Mapping } from "./mapping.ts";
import { releaseQuery } from "./release-query.ts";
import type { ReleasePart } from "./rows/release-rows.ts";

/**
 * Puts together what the batches of a table tell of releases, each once. Where rows of one release stand together, only the first of a batch
 * may have been told before, and the parts are put one behind the other as they come; else all rows are grouped at the end.
 */
export class ReleaseWriter {
  readonly #database: LateDatabase;
  readonly #mapping: Mapping;
  readonly #path: string;
  readonly #whole: ParquetJoin;
  readonly #ids = new RepeatedIds();
  /** All that was told, without what is told of the last release of a batch once more. */
  readonly #told: string[] = [];
  /** The parts with rows that others do not have. */
  readonly #parts: string[] = [];
  /** What the batch before told last; null where its last row told of no release. */
  #before: Buffer | null = null;

  /** `scratch` is a folder that the caller removes. */
  constructor(database: LateDatabase, mapping: Mapping, scratch: string) {
    this.#database = database;
    this.#mapping = mapping;
    this.#path = join(scratch, "releases.parquet");
    this.#whole = new ParquetJoin(this.#path);
  }

  /** Takes the parts of a batch up, behind those of the one before it. Batches that tell of no releases have none. */
  add(parts: ReadonlyMap<string, Part>): void {
    const partOf = (name: ReleasePart): Part | undefined => parts.get(name);
    const [first, last, others] = [partOf("first_releases"), partOf("last_releases"), partOf("releases")];
    if (first === undefined || last === undefined || others === undefined) return;
    this.#told.push(first.path, others.path);
    const isContinued = this.#before !== null && readFileSync(first.path).equals(this.#before);
    for (const part of isContinued ? [others] : [first, others]) if (hasRows(part)) this.#addWhole(part);
    this.#before = hasRows(last) ? readFileSync(last.path) : null;
  }

  get isEmpty(): boolean {
    return this.#told.length === 0;
  }

  /** Writes a file of all releases, and gives its path. */
  async finish(): Promise<string> {
    const [only = this.#told[0], ...others] = this.#parts;
    if (only !== undefined && this.#ids.countNoted() === 0) {
      await this.#whole.finish();
      return others.length === 0 ? only : this.#path;
    }
    await this.close();
    const query = releaseQuery(
      this.#mapping,
      `read_parquet(${sqlTextList(this.#told)}, hive_partitioning = false)`,
    );
    await this.#database.onConnection((own) =>
      writeAccessionTable(own, "releases", completeQuery("releases", query), this.#path),
    );
    return this.#path;
  }

  /** Ends what is still being written. */
  async close(): Promise<void> {
    await this.#whole.close();
  }

  #addWhole({ path, ids }: Part): void {
    this.#parts.push(path);
    this.#whole.add(path);
    if (ids !== null) this.#ids.note(path, ids);
  }
}

function hasRows({ ids }: Part): boolean {
  return ids !== null && ids.sizeBytes > 0;
}
