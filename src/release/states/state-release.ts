import { link, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Archive,
  appendEvents,
  type Clock,
  explainSystemError,
  isoSeconds,
  readSigningKey,
  signDocument,
  syncFolder,
  systemClock,
  temporaryPathFor,
  UsageError,
  writeFileAtomic,
} from "../../core/index.ts";
import { listReleases } from "../list-releases.ts";
import { lastStatementNumbers, readStandings } from "./read-states.ts";
import type { StandingOfRelease } from "./release-state.ts";
import { type StatedState, stateFileName } from "./state-document.ts";

export interface StateReleaseOptions {
  readonly archive: Archive;
  readonly release: string;
  readonly state: StatedState;
  readonly until: Date | null;
  readonly reason: string | null;
  readonly clock?: Clock | undefined;
}

export interface StatedRelease {
  readonly release: string;
  readonly before: StandingOfRelease;
  readonly after: StandingOfRelease;
  readonly file: string;
}

/**
 * Says of a release what becomes of it, signed and for good: a statement is never changed, a later one counts instead. Throws
 * `UsageError` for a release that is not there, and for anything but silence about one that is revoked.
 */
export async function stateRelease(options: StateReleaseOptions): Promise<StatedRelease> {
  const { archive, release: name, state, until, reason, clock = systemClock } = options;
  const folder = archive.layout.releases;
  const now = clock.now();
  const { releases } = await listReleases(archive);
  const release = releases.find((one) => one.name === name);
  const before = (await readStandings(folder, releases, now)).get(name);
  if (!release || !before) {
    throw new UsageError(`there is no release "${name}"`, {
      hint: "see which there are: deadwax release list",
    });
  }
  if (before.state === "revoked") {
    throw new UsageError(`"${name}" was revoked on ${before.since}`, {
      hint: "that stands for ever: who obeyed it has deleted the bytes; make a new release",
    });
  }
  if (until !== null && until.getTime() <= now.getTime()) {
    throw new UsageError(`${isoSeconds(until)} has passed already`, {
      hint: "an embargo ends in the future",
    });
  }
  const key = await readSigningKey(archive.layout, archive.config.did);
  const number = ((await lastStatementNumbers(folder)).get(name) ?? 0) + 1;
  const statement = {
    format: "deadwax-release-state/1",
    release: name,
    releaseSha256: release.announcement.releaseSha256,
    archive: archive.config.id,
    number,
    created: isoSeconds(now),
    state,
    until: until && isoSeconds(until),
    reason,
  };
  const file = stateFileName(name, number);
  await writeNew(join(folder, file), signDocument(statement, key.did, key.privateKey));
  await appendEvents(archive.layout, clock, [
    {
      eventType: state === "revoked" ? "deaccession" : "policy assignment",
      outcome: "success",
      object: `release ${name}`,
      detail: [state, statement.until, reason].filter((part) => part !== null).join(" "),
    },
  ]);
  const after = (await readStandings(folder, releases, now)).get(name) ?? before;
  return { release: name, before, after, file };
}

/** Fails when the name is taken: two who write at once cannot both have the same number. */
async function writeNew(path: string, bytes: Buffer): Promise<void> {
  const temporary = temporaryPathFor(path);
  try {
    await writeFileAtomic(temporary, bytes);
    await link(temporary, path);
    await syncFolder(join(path, ".."));
  } catch (error) {
    throw explainSystemError(error, `writing "${path}"`);
  } finally {
    await rm(temporary, { force: true });
  }
}
