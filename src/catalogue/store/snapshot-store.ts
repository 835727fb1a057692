import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  type Archive,
  FailedError,
  IntegrityError,
  parseJson,
  readIfThere,
  readPointer,
  systemErrorCode,
} from "../../core/index.ts";
import {
  SNAPSHOT_FORMAT,
  SNAPSHOT_ID,
  type SnapshotDescription,
  snapshotSchema,
} from "./snapshot-document.ts";

const MAX_JSON_BYTES = 64 << 20;

/** One immutable build of the catalogue; its files stand in `folder`. */
export interface Snapshot extends SnapshotDescription {
  readonly folder: string;
}

/** The snapshot that `catalogue/CURRENT` names. Throws `FailedError` with a hint when nothing was built yet. */
export async function currentSnapshot(archive: Archive): Promise<Snapshot> {
  const id = await currentSnapshotId(archive);
  if (id === null) {
    throw new FailedError("there is no catalogue yet", { hint: "build it: deadwax catalogue build" });
  }
  const snapshot = await readSnapshot(archive, id);
  if (!snapshot) {
    throw new IntegrityError(`the snapshot "${id}" that catalogue/CURRENT names is missing`, {
      hint: "build it again: deadwax catalogue build",
    });
  }
  return snapshot;
}

/** What `catalogue/CURRENT` says, or null when there is none or it holds something else. */
export async function currentSnapshotId(archive: Archive): Promise<string | null> {
  return await readPointer(archive.layout.catalogue, SNAPSHOT_ID);
}

/**
 * The snapshot `id`, or null when there is none. Throws `IntegrityError` when its description is not valid, and
 * `FailedError` when an earlier version of the program made it.
 */
export async function readSnapshot(archive: Archive, id: string): Promise<Snapshot | null> {
  const folder = join(archive.layout.catalogue, id);
  const bytes = await readIfThere(join(folder, "snapshot.json"));
  if (bytes === null) return null;
  const json = parseJson(bytes, MAX_JSON_BYTES);
  if (json.ok && otherFormat.safeParse(json.value).success) {
    throw new FailedError(`the snapshot "${id}" is of another version of the format`, {
      hint: "build the catalogue again (deadwax catalogue build), then the rights and the plan",
    });
  }
  const parsed = json.ok ? snapshotSchema.safeParse(json.value) : null;
  if (!parsed?.success || parsed.data.id !== id) {
    const reason = json.ok ? (parsed?.error && z.prettifyError(parsed.error)) || "another id" : json.reason;
    throw new IntegrityError(`"${join(folder, "snapshot.json")}" is not valid: ${reason}`, {
      hint: `delete the folder "${folder}" and build it again: deadwax catalogue build`,
    });
  }
  return { ...parsed.data, folder };
}

/** The ids of all snapshots that are there whole, in any order; of any version of the format. */
export async function listSnapshotIds(archive: Archive): Promise<string[]> {
  try {
    const names = await readdir(archive.layout.catalogue);
    return names.filter((name) => SNAPSHOT_ID.test(name));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

const otherFormat = z.looseObject({
  format: z
    .string()
    .regex(/^deadwax-snapshot\/[0-9]+$/)
    .refine((format) => format !== SNAPSHOT_FORMAT),
});
