import { existsSync } from "node:fs";
import { join } from "node:path";
import { archiveLayout } from "../core/layout.ts";
import { isReleaseName } from "../release/release-name.ts";
import type { CommandContext } from "./context.ts";

/** The release that a person means: a path, else the name of a release of the archive around. */
export function releasePath(context: CommandContext, text: string): string {
  const path = context.resolvePath(text);
  if (existsSync(path) || !isReleaseName(text)) return path;
  try {
    const named = join(archiveLayout(context.archiveSetting.value).releases, text);
    return existsSync(named) ? named : path;
  } catch {
    // There is no archive around: then it was a path.
    return path;
  }
}
