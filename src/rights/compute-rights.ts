import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { openSnapshot, type Recordings, type Snapshot } from "../catalogue/index.ts";
import { type Database, type TableRow, throwIfAborted } from "../core/index.ts";
import type { Accession } from "../sources/index.ts";
import { countRights } from "./count-rights.ts";
import type { RightsQuestion } from "./decide-rights.ts";
import { declaredStatement, type HeldDeclaration } from "./declaration.ts";
import { DocumentIndex } from "./document-index.ts";
import type { RightsDocument } from "./document-statements.ts";
import {
  type DeclaredStatement,
  dealStatementsOf,
  rightsOfTrack,
  tagStatementsOf,
} from "./effective-rights.ts";
import { loadDeals, rightsDeals } from "./rights-deals.ts";
import type { RightsDescription } from "./rights-store.ts";
import { EFFECTIVE_COLUMNS, effectiveRow, STATEMENT_COLUMNS, statementRow } from "./rights-tables.ts";
import { pathBytes, rightsTags, rightsTracks } from "./rights-tracks.ts";
import { darkenSameSound } from "./same-sound.ts";
import { formatScope, scopeTest } from "./scope.ts";
import type { RightsStatement } from "./statement.ts";

export interface ComputeRightsOptions {
  readonly snapshot: Snapshot;
  readonly declarations: readonly HeldDeclaration[];
  /** The accessions whose deals count. */
  readonly dealsFrom: readonly Accession[];
  readonly question: RightsQuestion;
  /** What sounds the same, when the gate is shut by it. */
  readonly sound: Recordings | null;
  /** Where the Parquet files go: there, and empty. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onTrack: () => void;
}

type Computed = Pick<RightsDescription, "counts" | "declarations" | "warnings" | "tables">;

/** Decides the rights of every track of a snapshot and writes the tables, not yet synced, into `folder`. */
export async function computeRights(options: ComputeRightsOptions): Promise<Computed> {
  const { snapshot, folder, question, signal } = options;
  const database = await openSnapshot(snapshot);
  try {
    const accessionDates = new Map(snapshot.accessions.map(({ id, started }) => [id, started]));
    const declared = options.declarations.map(countedDeclaration);
    const documents = await readDocumentIndex(database, accessionDates);
    await loadDeals(database, options.dealsFrom);
    /** How many tracks each declaration is about. */
    const tracksOf = new Map<string, number>();
    const shared = new Map<string, RightsStatement>();
    for (const { counted } of declared)
      if (counted) shared.set(counted.statement.statementId, counted.statement);

    const sources = {
      declared: declared.flatMap(({ counted }) => (counted ? [counted] : [])),
      documents,
      accessionDates,
      question,
    };
    await database.insert("effective", EFFECTIVE_COLUMNS, effectiveRows());
    await database.insert("statement", STATEMENT_COLUMNS, statementRows());
    if (options.sound) await darkenSameSound(database, options.sound);
    const counts = { ...(await countRights(database)), statements: await countRows(database, "statement") };
    return {
      counts,
      declarations: declared.map(({ held, counted }) => ({
        id: held.declaration.id,
        scope: formatScope(held.declaration.scope),
        decision: held.declaration.decision,
        tracks: tracksOf.get(held.declaration.id) ?? 0,
        counts: counted !== null,
      })),
      warnings: declared.flatMap(({ held, counted }) => warningsFor(held, counted, tracksOf)),
      tables: {
        statement: await writeTable(database, "statement", "statement_id", folder),
        effective: await writeTable(database, "effective", "track_id", folder),
      },
    };

    async function* effectiveRows(): AsyncGenerator<TableRow> {
      for await (const track of rightsTracks(database)) {
        const { effective, statements } = rightsOfTrack(track, sources);
        for (const statement of statements) {
          if (statement.source === "tag" || statement.source === "deal") continue;
          shared.set(statement.statementId, statement);
          const { document } = statement;
          if (document !== null) tracksOf.set(document, (tracksOf.get(document) ?? 0) + 1);
        }
        yield effectiveRow(effective);
        options.onTrack();
        throwIfAborted(signal);
      }
    }

    /** Statements of tags and deals are as many as tracks: they are read again rather than held in memory. */
    async function* statementRows(): AsyncGenerator<TableRow> {
      for (const statement of shared.values()) yield statementRow(statement);
      for await (const track of rightsTags(database)) {
        const own = tagStatementsOf(track, accessionDates);
        for (const statement of new Map(own.map((one) => [one.statementId, one])).values()) {
          yield statementRow(statement);
        }
      }
      for await (const { trackId, deals } of rightsDeals(database)) {
        for (const statement of dealStatementsOf({ trackId, deals }, sources)) yield statementRow(statement);
      }
    }
  } finally {
    database.close();
  }
}

function countedDeclaration(held: HeldDeclaration): {
  readonly held: HeldDeclaration;
  readonly counted: DeclaredStatement | null;
} {
  const { declaration, evidenceWhole } = held;
  // A denial holds without its evidence: losing a file must not open the gate.
  const counts = evidenceWhole || declaration.decision === "deny";
  const isInScope = scopeTest(declaration.scope, declaration.decision);
  return { held, counted: counts ? { statement: declaredStatement(declaration), isInScope } : null };
}

function warningsFor(
  held: HeldDeclaration,
  counted: DeclaredStatement | null,
  tracksOf: ReadonlyMap<string, number>,
): string[] {
  const { id, scope, evidence } = held.declaration;
  const warnings: string[] = [];
  if (!held.evidenceWhole) {
    const effect = counted ? "it still counts, as a denial" : "it does not count";
    warnings.push(
      `the evidence of declaration ${id} (rights/evidence/${evidence?.sha256}) is missing or altered: ${effect}`,
    );
  }
  if (counted && !tracksOf.has(id)) {
    warnings.push(`no track of the catalogue is in the scope of declaration ${id} (${formatScope(scope)})`);
  }
  return warnings;
}

const documentRow = z.object({
  source: z.string(),
  root: z.string(),
  path: z.string(),
  path_b64: z.string().nullable(),
  scope_path: z.string(),
  scope_path_b64: z.string().nullable(),
  package: z.string().nullable(),
  sha256: z.string(),
  text: z.string(),
  accession: z.string(),
});
const listedRow = z.object({
  source: z.string(),
  scope_path: z.string(),
  scope_path_b64: z.string().nullable(),
});

async function readDocumentIndex(
  database: Database,
  accessionDates: ReadonlyMap<string, string>,
): Promise<DocumentIndex> {
  const documents: RightsDocument[] = [];
  for await (const row of database.stream("select * from document order by source, path, path_b64")) {
    const data = documentRow.parse(row);
    documents.push({
      source: data.source,
      root: data.root,
      path: pathBytes(data.path, data.path_b64),
      scope: pathBytes(data.scope_path, data.scope_path_b64),
      displayPath: data.path,
      displayScope: data.scope_path,
      package: data.package,
      sha256: data.sha256,
      text: data.text,
      accession: data.accession,
      date: accessionDates.get(data.accession) ?? "",
    });
  }
  const listed = await database.rows(
    `select distinct h.source, p.scope_path, p.scope_path_b64
     from package_file p join holding h using (track_id)`,
  );
  const scopes = listed.map((row) => {
    const { source, scope_path, scope_path_b64 } = listedRow.parse(row);
    return { source, scope: pathBytes(scope_path, scope_path_b64) };
  });
  return new DocumentIndex(documents, scopes);
}

async function countRows(database: Database, table: string): Promise<number> {
  const [row] = await database.rows(`select count(*) as rows from "${table}"`);
  return Number(row?.rows);
}

async function writeTable(
  database: Database,
  table: "statement" | "effective",
  order: string,
  folder: string,
): Promise<{ rows: number; sizeBytes: number; sha256: string }> {
  const path = join(folder, `${table}.parquet`);
  await database.writeParquet(`select * from "${table}" order by ${order}`, path);
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return { rows: await countRows(database, table), sizeBytes: (await stat(path)).size, sha256 };
}
