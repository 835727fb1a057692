import { UsageError } from "../core/errors.ts";
import { isSafePath } from "../core/safe-path.ts";

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 100;
/** `feed.json` is the feed, not an announcement. */
const RESERVED = "feed";

/** Lower-case letters and digits in words joined by `-`: a name that every file system, URL and torrent client takes. */
export function isReleaseName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name) && isSafePath(name);
}

/** Throws `UsageError` for a name that no release may have. */
export function requireReleaseName(name: string): void {
  if (isReleaseName(name) && name !== RESERVED) return;
  throw new UsageError(`"${name}" cannot be the name of a release`, {
    hint: `use up to ${MAX_NAME_LENGTH} lower-case letters and digits in words joined by "-", like "spring-2026"`,
  });
}

/** `release-2026-11-23`, or with `-2`, `-3` … behind it when that is taken. */
export function defaultReleaseName(now: Date, isTaken: (name: string) => boolean): string {
  const base = `release-${now.toISOString().slice(0, 10)}`;
  let name = base;
  for (let count = 2; isTaken(name); count += 1) name = `${base}-${count}`;
  return name;
}
