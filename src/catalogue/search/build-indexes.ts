import { existsSync } from "node:fs";
import { link, mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  type Archive,
  type DatabaseOptions,
  ensureFolder,
  type Reporter,
  TEMPORARY_PREFIX,
} from "../../core/index.ts";
import { buildKeyFiles, isKeyFileCurrent } from "../look-up/build-key-files.ts";
import { buildRowFile, isRowFileCurrent } from "../look-up/build-row-file.ts";
import {
  indexFolder,
  type KeyPart,
  keyParts,
  type RowPart,
  rowParts,
  type TextPart,
  textParts,
} from "../look-up/index-parts.ts";
import { openSnapshot } from "../store/open-snapshot.ts";
import { readSnapshot, type Snapshot } from "../store/snapshot-store.ts";
import { TEXT_FILES } from "./text-files.ts";
import { TextIndex } from "./text-index.ts";
import { trackDocuments } from "./track-documents.ts";
import { RUNS_PREFIX, writeTextIndex } from "./write-text-index.ts";

/** What is missing of the index of a snapshot. */
export interface IndexPlan {
  readonly snapshot: Snapshot;
  readonly keys: readonly KeyPart[];
  readonly texts: readonly TextPart[];
  readonly rows: readonly RowPart[];
}

/** Which parts are to be built: those that are missing, damaged or made from other segments; or all of them. */
export function planIndexes(snapshot: Snapshot, options: { readonly rebuild?: boolean } = {}): IndexPlan {
  return {
    snapshot,
    keys: keyParts(snapshot).filter((part) => options.rebuild || !isKeyFileCurrent(part)),
    texts: textParts(snapshot).filter((part) => options.rebuild || !isTextCurrent(part)),
    rows: rowParts(snapshot).filter((part) => options.rebuild || !isRowFileCurrent(part)),
  };
}

export interface BuildIndexesOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** Rows that an index takes at most for it to be built when it is first needed, without being asked for. */
export const SMALL_CATALOGUE_ROWS = 500_000;

/** Entries and documents that a plan has to write. */
export function planSize({ keys, texts, rows }: IndexPlan): number {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return sum(keys.map(({ entries }) => entries)) + sum([...texts, ...rows].map(({ tracks }) => tracks));
}

/**
 * Builds what a plan names. What an earlier snapshot has of the same segments is linked, not built. Each file has its
 * name only when it is whole, so a build that is killed goes on where it was.
 */
export async function buildIndexes(plan: IndexPlan, options: BuildIndexesOptions): Promise<void> {
  const { archive, reporter, signal } = options;
  const { scratch } = archive.layout;
  await ensureFolder(scratch);
  const rest = await adoptFromParent(plan, archive);
  const database: DatabaseOptions = { spillFolder: scratch, memoryLimit: "1GB" };
  const progress = reporter.progress("index", "items", planSize(rest));
  try {
    await buildKeyFiles({
      parts: rest.keys,
      database,
      signal,
      onEntries: (count, part) => progress.advance(count, part),
    });
    for (const part of rest.rows) {
      await buildRowFile({ part, database, signal, onRows: (count) => progress.advance(count, "rows") });
    }
    for (const part of rest.texts) await buildText(rest.snapshot, part);
  } finally {
    progress.finish();
  }

  async function buildText(snapshot: Snapshot, { folder, source, generation }: TextPart): Promise<void> {
    await mkdir(folder, { recursive: true });
    const opened = await openSnapshot(snapshot, database);
    try {
      await writeTextIndex({
        folder,
        scratch,
        source,
        documents: trackDocuments(opened, snapshot, generation, signal),
        onDocuments: (count) => progress.advance(count, "text"),
      });
    } finally {
      opened.close();
    }
  }
}

function isTextCurrent({ folder, source }: TextPart): boolean {
  try {
    new TextIndex(folder, source).close();
    return true;
  } catch {
    return false;
  }
}

/** Links the files of the snapshot before that were made from the same segments; gives what is left to build. */
async function adoptFromParent(plan: IndexPlan, archive: Archive): Promise<IndexPlan> {
  const { snapshot } = plan;
  const parent =
    snapshot.parent === null ? null : await readSnapshot(archive, snapshot.parent).catch(() => null);
  if (!parent) return plan;
  const keys: KeyPart[] = [];
  for (const part of plan.keys) {
    const path = join(indexFolder(parent, part.generation), `${part.name}.keys`);
    if (!isKeyFileCurrent({ path, source: part.source }) || !(await tryLink(path, part.path)))
      keys.push(part);
  }
  const texts: TextPart[] = [];
  for (const part of plan.texts) {
    const folder = indexFolder(parent, part.generation);
    const names = Object.values(TEXT_FILES);
    const isSame = isTextCurrent({ ...part, folder });
    const linked =
      isSame && (await allOf(names, (name) => tryLink(join(folder, name), join(part.folder, name))));
    if (!linked) texts.push(part);
  }
  const rows: RowPart[] = [];
  for (const part of plan.rows) {
    const path = join(indexFolder(parent, part.generation), basename(part.path));
    if (!isRowFileCurrent({ path, source: part.source }) || !(await tryLink(path, part.path)))
      rows.push(part);
  }
  return { snapshot, keys, texts, rows };
}

async function allOf<T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<boolean> {
  for (const value of values) if (!(await test(value))) return false;
  return true;
}

async function tryLink(existing: string, path: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    await link(existing, path);
    return true;
  } catch {
    return false;
  }
}

/** Removes what killed builds left; only while nobody else can be building, under the lock of the archive. */
export async function removeUnfinishedIndexes(archive: Archive, snapshot: Snapshot): Promise<void> {
  const folder = join(snapshot.folder, "index");
  await removeNamed(folder, (name) => name.startsWith(TEMPORARY_PREFIX));
  await removeNamed(archive.layout.scratch, (name) => name.startsWith(RUNS_PREFIX));
}

/** Removes entries of a folder and those below it by their last name. */
async function removeNamed(folder: string, isUnfinished: (name: string) => boolean): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder, { recursive: true })) {
    if (isUnfinished(basename(name))) await rm(join(folder, name), { recursive: true, force: true });
  }
}
