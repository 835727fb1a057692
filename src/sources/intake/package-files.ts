import type { TableRow } from "../../core/database.ts";
import { pathText } from "../files/path-text.ts";
import { packageListPaths } from "../rights-documents/package-list.ts";
import { MAX_PACKAGE_LIST_BYTES, readSmallFile } from "../rights-documents/read-text.ts";
import type { FoundPackageList } from "./seen-rows.ts";

const SLASH = Buffer.from("/");

/** Rows of `owned`: every path that dpkg says a package owns, relative to the source's root. */
export function* ownedRows(root: string, lists: readonly FoundPackageList[]): Generator<TableRow> {
  for (const list of preferred(lists)) {
    const text = readSmallFile(root, list.path, MAX_PACKAGE_LIST_BYTES);
    // A list that cannot be read says nothing: its documents then speak for their folder, as without lists.
    if (!text.ok) continue;
    const scope = pathText(list.scope);
    const prefix = list.scope.length === 0 ? list.scope : Buffer.concat([list.scope, SLASH]);
    for (const path of packageListPaths(text.bytes, list.kind)) {
      yield {
        package: list.packageName,
        scope_path: scope.text,
        scope_path_b64: scope.base64,
        path_key: Buffer.concat([prefix, path]),
      };
    }
  }
}

/** One list a package and folder: `list` names everything, `md5sums` no conffiles. */
function preferred(lists: readonly FoundPackageList[]): readonly FoundPackageList[] {
  const chosen = new Map<string, FoundPackageList>();
  const sorted = [...lists].sort((a, b) => Buffer.compare(a.path, b.path));
  for (const list of sorted) {
    const key = `${list.scope.toString("latin1")}\0${list.packageName}`;
    if (!chosen.has(key) || list.kind === "list") chosen.set(key, list);
  }
  return [...chosen.values()];
}
