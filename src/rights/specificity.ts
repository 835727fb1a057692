import type { StatementContent } from "./statement.ts";

/** Room for path prefixes of different lengths on their level. */
const STEP = 10_000;

const DECLARED_LEVEL = { track: 9, path: 8, album: 7, artist: 6, source: 5, archive: 4 } as const;
const FOUND_LEVEL = { tag: 3, dep5: 2, "package-copyright": 1 } as const;
/** Between the declarations and what was found with the files; a deal that is made stands above the doubt that it leaves. */
const DEAL_LEVEL = { grant: 3.6, deny: 3.6, none: 3.5 } as const;

/**
 * How much a statement is about this very track, the higher the more: declarations before what was found with the files,
 * by scope (track, path, album, artist, source, archive); then the file's own tags, the stanza that matches it, the
 * copyright file of its package. Of two paths the longer is the more specific.
 */
export function specificity(statement: Pick<StatementContent, "source" | "scope" | "decision">): number {
  const { source, scope, decision } = statement;
  if (source === "deal") return DEAL_LEVEL[decision] * STEP;
  if (source !== "declared") return FOUND_LEVEL[source] * STEP;
  const length = scope.kind === "path" ? Math.min(Buffer.byteLength(scope.value), STEP - 1) : 0;
  return DECLARED_LEVEL[scope.kind] * STEP + length;
}
