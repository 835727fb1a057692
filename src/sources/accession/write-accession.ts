import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Archive } from "../../core/archive.ts";
import { ensureFolder, publishFolder, TEMPORARY_PREFIX } from "../../core/atomic-file.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Clock, compactSeconds } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { explainSystemError, throwIfAborted } from "../../core/errors.ts";
import { appendEvents } from "../../core/events.ts";
import { fileSha256 } from "../../core/file-sha256.ts";
import { DEADWAX_VERSION } from "../../core/version.ts";
import { type AccessionRecord, accessionSchema } from "./accession.ts";
import { ACCESSION_FORMAT, ACCESSION_ZSTD_LEVEL } from "./accession-format.ts";

/**
 * A dictionary is begun for each column of each row group. In most columns of facts nearly every value is another one, in the others
 * there are a few; what is in between zstd packs as well without one.
 */
const MAX_DICTIONARY_VALUES = 256;

interface FileHash {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A table that was written. */
export interface WrittenTable {
  readonly rows: number;
  /** Null where its file has still to be read for it. */
  readonly hash: FileHash | null;
}

/** An accession that is being written: tables go into `folder`, which nobody reads before `publish`. */
export interface AccessionDraft {
  readonly folder: string;
  /** Makes the accession; the tables are those that were written to `folder`, with their numbers of rows. */
  publish(
    facts: AccessionFacts,
    tables: Readonly<Record<string, number | WrittenTable>>,
  ): Promise<AccessionRecord>;
  /** Removes what was written. Does nothing after `publish`. */
  discard(): Promise<void>;
}

export type AccessionFacts = Pick<
  AccessionRecord,
  "source" | "note" | "licence" | "licences" | "previous" | "input" | "inputs" | "counts"
> & { readonly started: Date };

export async function draftAccession(
  archive: Archive,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<AccessionDraft> {
  const { sources } = archive.layout;
  const folder = join(sources, `${TEMPORARY_PREFIX}${randomBytes(6).toString("hex")}`);
  await ensureFolder(folder);
  return {
    folder,
    async publish(facts, written) {
      const tables: Record<string, AccessionRecord["tables"][string]> = {};
      for (const [name, table] of Object.entries(written)) {
        const { rows, hash } = typeof table === "number" ? { rows: table, hash: null } : table;
        const { sizeBytes, sha256 } = hash ?? (await sizeAndHash(join(folder, `${name}.parquet`)));
        tables[`${name}.parquet`] = { rows, sizeBytes, sha256 };
      }
      const { started, ...rest } = facts;
      const content = { source: facts.source, previous: facts.previous, tables };
      const hash = createHash("sha256").update(canonicalJson(content)).digest("hex");
      const id = `${facts.source.kind}-${facts.source.label}-${compactSeconds(started)}-${hash.slice(0, 6)}`;
      const record = accessionSchema.parse({
        format: ACCESSION_FORMAT,
        id,
        ...rest,
        // With milliseconds: two intakes in one second stay in order.
        started: started.toISOString(),
        finished: clock.now().toISOString(),
        program: `deadwax ${DEADWAX_VERSION}`,
        tables,
      } satisfies AccessionRecord);
      try {
        await writeFile(join(folder, "accession.json"), `${JSON.stringify(record, null, 2)}\n`);
      } catch (error) {
        throw explainSystemError(error, `writing the accession ${id}`);
      }
      throwIfAborted(signal);
      await publishFolder(folder, join(sources, id), [...Object.keys(tables), "accession.json"]);
      await appendEvents(archive.layout, clock, [
        { eventType: "accession", outcome: "success", object: id, counts: record.counts },
      ]);
      return record;
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Writes the rows of `query`, in their order, as a table that says what it is; the caller publishes the file. */
export async function writeAccessionTable(
  database: Database,
  table: string,
  query: string,
  path: string,
): Promise<void> {
  const metadata = { format: ACCESSION_FORMAT, table };
  const options = { maxDictionaryValues: MAX_DICTIONARY_VALUES, zstdLevel: ACCESSION_ZSTD_LEVEL };
  await database.writeParquet(query, path, metadata, options);
}

/** Names of scratch folders of an intake. */
export const SCRATCH_PREFIX = "intake-";

/** Removes what a killed run has left. Only for who holds the archive's lock. */
export async function removeUnfinishedAccessions(archive: Archive): Promise<void> {
  const { sources, scratch } = archive.layout;
  for (const [folder, prefix] of [
    [sources, TEMPORARY_PREFIX],
    [scratch, SCRATCH_PREFIX],
  ] as const) {
    await ensureFolder(folder);
    for (const name of await readdir(folder)) {
      if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

async function sizeAndHash(path: string): Promise<FileHash> {
  return { sizeBytes: (await stat(path)).size, sha256: await fileSha256(path) };
}
