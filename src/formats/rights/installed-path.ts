/** Folders below which a package installs the data of one program: the next segment is the program's name. */
const DATA_ROOTS = ["usr/share/games", "usr/share", "usr/lib/games", "usr/lib", "usr/games"] as const;

/**
 * The paths that an installed file may have had in its source tree, for matching the `Files` patterns of DEP-5, which are
 * source paths. A build may move `data/` to `usr/share/games/<program>/`, so that is undone, and nothing else:
 *
 * - the installed path itself, and what follows `<root>/<program>/`, with and without `data/` before it;
 * - `share/<program>/` and `share/games/<program>/` before it, for trees that mirror the installed one.
 *
 * `<program>/` alone before it is not tried: a folder of source code is often called like the program, and its licence
 * would then be taken for that of the music. A match of the file's name alone proves nothing either.
 */
export function sourcePathCandidates(installedPath: string): readonly string[] {
  const path = installedPath.replace(/^\/+/, "");
  const candidates = [path];
  for (const root of DATA_ROOTS) {
    if (!path.startsWith(`${root}/`)) continue;
    const [program = "", ...segments] = path.slice(root.length + 1).split("/");
    if (segments.length === 0) continue;
    const rest = segments.join("/");
    candidates.push(rest, `data/${rest}`, `share/${program}/${rest}`, `share/games/${program}/${rest}`);
    break;
  }
  return candidates;
}
