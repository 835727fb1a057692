import { join } from "node:path";
import { namesIn } from "../../core/index.ts";
import type { ListedRelease } from "../list-releases.ts";
import { readRegularFile } from "../read-regular-file.ts";
import { type LastStatement, type StandingOfRelease, standingsAt } from "./release-state.ts";
import { MAX_STATE_BYTES, openStateDocument, parseStateFileName } from "./state-document.ts";

/** The highest number of a statement on each release that lies in a folder of releases. */
export async function lastStatementNumbers(folder: string): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const entry of await namesIn(folder)) {
    const parsed = parseStateFileName(entry);
    if (parsed) numbers.set(parsed.release, Math.max(parsed.number, numbers.get(parsed.release) ?? 0));
  }
  return numbers;
}

/** The states of releases that lie in one folder, by name. */
export async function readStandings(
  folder: string,
  releases: readonly ListedRelease[],
  now: Date,
): Promise<ReadonlyMap<string, StandingOfRelease>> {
  const numbers = await lastStatementNumbers(folder);
  const links = await Promise.all(
    releases.map(async (release) => ({
      name: release.name,
      created: release.announcement.created,
      previous: release.announcement.previous?.name ?? null,
      last: await readStatement(folder, release, numbers.get(release.name) ?? null),
    })),
  );
  return standingsAt(links, now);
}

/** A statement counts when who signed the release signed it too; else nothing is known, and nothing is given out. */
async function readStatement(
  folder: string,
  { name, signer, announcement }: ListedRelease,
  number: number | null,
): Promise<LastStatement> {
  if (number === null) return null;
  const file = await readRegularFile(join(folder, `${name}.state-${number}.json`), MAX_STATE_BYTES);
  const opened = file.ok ? openStateDocument(file.bytes) : file;
  if (!opened.ok || opened.signer !== signer) return "unreadable";
  const { release, releaseSha256, state, created, until, reason, number: said } = opened.statement;
  if (release !== name || releaseSha256 !== announcement.releaseSha256 || said !== number)
    return "unreadable";
  return { state, created, until, reason };
}
