import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Archive,
  type Clock,
  type Policy,
  type Reporter,
  systemErrorCode,
  TEMPORARY_PREFIX,
} from "../core/index.ts";
import { afterSealing, moveFile } from "./seal-shard.ts";
import { type JournalHeader, type ReadJournal, readJournal } from "./shard-journal.ts";
import { findShard, shardPaths } from "./shard-manifest.ts";
import { type PartialPaths, ShardWriter } from "./shard-writer.ts";

const PARTIAL_PREFIX = ".partial-";
const PARTIAL_NAME = /^(\.partial-.+)\.(tar|journal)$/;

/** What became of the shards that earlier runs left unfinished. */
export interface Leftovers {
  /** The shard to go on with on each side of the gate, if any. */
  readonly resumable: ReadonlyMap<"open" | "dark", ResumableShard>;
}

export interface ResumableShard {
  readonly paths: PartialPaths;
  readonly journal: ReadJournal;
}

export interface LeftoverOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly plan: string;
  readonly recipe: string;
}

/**
 * Looks through the unfinished shards: finishes with one that was sealed but for its last step, keeps what this run can go
 * on with, and removes the rest with a note. Sealed shards are never touched.
 */
export async function settleLeftovers(options: LeftoverOptions): Promise<Leftovers> {
  const { archive, reporter, clock } = options;
  const resumable = new Map<"open" | "dark", ResumableShard>();
  await removeTemporaryFiles(archive);
  for (const paths of await partialShards(archive)) {
    const journal = await readJournalIfAny(paths.journal);
    const sealed = journal?.sealingId ? await findShard(archive, journal.sealingId) : null;
    if (sealed) {
      await rm(paths.tar, { force: true });
      await afterSealing(sealed, paths, archive, clock);
      continue;
    }
    const reason = reasonToDiscard(journal, options, resumable);
    if (reason !== null || !journal?.header) {
      reporter.note(`an unfinished shard is begun anew: ${reason}`);
      await rm(paths.tar, { force: true });
      await rm(paths.journal, { force: true });
      continue;
    }
    if (journal.sealingId) await takeNameBack(archive, journal.sealingId, paths);
    if (journal.isDamaged) {
      reporter.note(
        `the journal of an unfinished shard is damaged: going on behind its first ${journal.tracks.length} tracks`,
      );
    }
    resumable.set(journal.header.gate, { paths, journal });
  }
  return { resumable };
}

/** Goes on with an unfinished shard, or begins one. */
export async function openPartial(
  archive: Archive,
  header: JournalHeader,
  resumable: ResumableShard | null,
  policy: Policy["packing"],
  reporter: Reporter,
): Promise<{ readonly writer: ShardWriter; readonly paths: PartialPaths }> {
  if (!resumable) {
    const paths = await newPartialPaths(archive, header);
    return { writer: await ShardWriter.create(paths, header, policy), paths };
  }
  const { paths, journal } = resumable;
  try {
    const writer = await ShardWriter.resume(paths, journal, policy);
    const lost = journal.tracks.length - writer.tracks.length;
    if (lost > 0) reporter.note(`an unfinished shard is damaged: ${lost} tracks of it are packed again`);
    else if (writer.tracks.length > 0) {
      reporter.note(`going on with an unfinished shard of ${writer.tracks.length} tracks`);
    }
    return { writer, paths };
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    reporter.note("an unfinished shard has gone: begun anew");
    return { writer: await ShardWriter.create(paths, header, policy), paths };
  }
}

function reasonToDiscard(
  journal: ReadJournal | null,
  { plan, recipe }: LeftoverOptions,
  taken: ReadonlyMap<"open" | "dark", ResumableShard>,
): string | null {
  if (!journal) return "it has no journal";
  if (!journal.header) return "its journal is damaged";
  if (journal.header.plan !== plan) return `it belongs to the plan ${journal.header.plan}`;
  if (journal.header.recipe !== recipe)
    return "it was made with another policy or other versions of the tools";
  if (taken.has(journal.header.gate)) return "there is another one";
  return null;
}

/** Files that a killed run was writing to publish; they are made anew from what is journaled. */
async function removeTemporaryFiles({ layout }: Archive): Promise<void> {
  for (const name of await readdir(layout.shards)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(layout.shards, name), { force: true });
  }
}

/** A run that was killed between renaming a shard and writing its manifest: the file is still a partial one. */
async function takeNameBack(archive: Archive, id: string, paths: PartialPaths): Promise<void> {
  try {
    await moveFile(shardPaths(archive, id).tar, paths.tar, archive.layout.shards);
  } catch (error) {
    // Killed before the renaming.
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
}

async function partialShards(archive: Archive): Promise<readonly PartialPaths[]> {
  const stems = new Set<string>();
  for (const name of await readdir(archive.layout.shards)) {
    const stem = PARTIAL_NAME.exec(name)?.[1];
    if (stem !== undefined) stems.add(stem);
  }
  return [...stems].sort().map((stem) => partialPaths(archive, stem));
}

async function newPartialPaths(archive: Archive, { plan, gate }: JournalHeader): Promise<PartialPaths> {
  const taken = new Set(await readdir(archive.layout.shards));
  for (let number = 1; ; number += 1) {
    const stem = `${PARTIAL_PREFIX}${plan}-${gate}-${number}`;
    if (!taken.has(`${stem}.tar`) && !taken.has(`${stem}.journal`)) return partialPaths(archive, stem);
  }
}

function partialPaths(archive: Archive, stem: string): PartialPaths {
  const { shards } = archive.layout;
  return { tar: join(shards, `${stem}.tar`), journal: join(shards, `${stem}.journal`) };
}

async function readJournalIfAny(path: string): Promise<ReadJournal | null> {
  try {
    return await readJournal(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
