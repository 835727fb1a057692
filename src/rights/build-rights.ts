import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Archive,
  type Clock,
  DEADWAX_VERSION,
  ensureFolder,
  explainSystemError,
  isoSeconds,
  publishFolder,
  type Reporter,
  systemClock,
  TEMPORARY_PREFIX,
  writePointer,
} from "../core/index.ts";
import { computeRights } from "./compute-rights.ts";
import { readRightsFacts } from "./rights-facts.ts";
import { RIGHTS_BUILDER } from "./rights-id.ts";
import {
  currentRightsId,
  type RightsCounts,
  type RightsDescription,
  readRights,
  rightsFolder,
} from "./rights-store.ts";

export interface BuildRightsOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

export interface RightsSummary extends RightsCounts {
  readonly rights: string;
  readonly snapshot: string;
  /** False when these rights were there already: nothing was computed. */
  readonly created: boolean;
  readonly declarations: RightsDescription["declarations"];
  /** Scopes that hold no track, and evidence that is gone. */
  readonly warnings: readonly string[];
}

/**
 * Computes what may be done with each track of the current snapshot, from licence tags, copyright files and declarations,
 * and makes it current. The same facts on the same stretch of days give the same id, and then nothing is computed.
 */
export async function buildRights(options: BuildRightsOptions): Promise<RightsSummary> {
  const { archive, clock = systemClock } = options;
  const now = clock.now();
  const { id, snapshot, days, ...facts } = await readRightsFacts(archive, now);
  await removeUnfinished(archive);
  const existing = await readRights(archive, id);
  const description: RightsDescription =
    existing ??
    (await publishRights(options, id, async (folder, onTrack) => {
      const question = { ...archive.config.policy.rights, day: facts.day };
      const { signal } = options;
      const computed = await computeRights({ ...facts, snapshot, question, folder, signal, onTrack });
      return {
        format: "deadwax-rights/1",
        id,
        builder: RIGHTS_BUILDER,
        program: `deadwax ${DEADWAX_VERSION}`,
        created: isoSeconds(now),
        snapshot: snapshot.id,
        policy: { ...archive.config.policy.rights },
        validFrom: days.from,
        validUntil: days.until,
        ...computed,
      };
    }));
  if ((await currentRightsId(archive)) !== id) {
    await writePointer(archive.layout.rights, id);
  }
  for (const warning of description.warnings) options.reporter.warn(warning);
  const { counts, warnings } = description;
  return {
    rights: id,
    snapshot: snapshot.id,
    created: existing === null,
    ...counts,
    declarations: description.declarations,
    warnings,
  };
}

/** Computes the rights when those there are missing or stale; else says what they are. The same as `buildRights`. */
export const ensureRights: typeof buildRights = buildRights;

async function publishRights(
  { archive, reporter }: BuildRightsOptions,
  id: string,
  compute: (folder: string, onTrack: () => void) => Promise<RightsDescription>,
): Promise<RightsDescription> {
  const folder = join(archive.layout.rights, `${TEMPORARY_PREFIX}${id}`);
  const progress = reporter.progress("rights", "items");
  try {
    await mkdir(folder);
    const description = await compute(folder, () => progress.advance(1));
    await writeFile(join(folder, "rights.json"), `${JSON.stringify(description, null, 2)}\n`);
    const files = ["statement.parquet", "effective.parquet", "rights.json"];
    await publishFolder(folder, rightsFolder(archive, id), files);
    return description;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw explainSystemError(error, "computing the rights");
  } finally {
    progress.finish();
  }
}

/** What a killed run left: nobody else writes here, the caller holds the lock. */
async function removeUnfinished(archive: Archive): Promise<void> {
  const { rights } = archive.layout;
  for (const folder of [rights, join(rights, "declarations"), join(rights, "evidence")]) {
    await ensureFolder(folder);
    for (const name of await readdir(folder)) {
      if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
