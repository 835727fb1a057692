import { lstatSync } from "node:fs";
import type { TableRow } from "../../core/database.ts";
import { trackIdOf, trackIdToBigInt } from "../../formats/identifiers/track-id.ts";
import { pathText } from "../files/path-text.ts";
import type { FileState } from "../files/regular-file.ts";
import type { WalkEntry } from "../files/walk.ts";
import { documentPlace, type PackageListPlace, packageListPlace } from "../rights-documents/document-path.ts";

export interface FoundPackageList extends PackageListPlace {
  readonly path: Buffer;
}

const COPYRIGHT = Buffer.from("/copyright");

/**
 * Rows of `seen` for what a walk finds. A rights document counts as one also when a link leads to it, as packages of one
 * origin share theirs (`usr/share/doc/a -> b`): then the row says where it is read.
 */
export async function* seenRows(
  source: string,
  root: string,
  walk: AsyncIterable<WalkEntry>,
  onFound: (found: { readonly packageList: FoundPackageList | null }) => void,
): AsyncGenerator<TableRow> {
  for await (const entry of walk) {
    const list = entry.kind === "file" ? packageListPlace(root, entry.path) : null;
    onFound({ packageList: list && { ...list, path: entry.path } });
    if (entry.kind === "file") {
      const kind = documentPlace(root, entry.path) ? "document" : "file";
      yield seenRow(source, kind, entry.path, entry.state);
      continue;
    }
    const { path, target, reason, detail } = entry;
    if (reason === "link-duplicate" && target && documentPlace(root, path)) {
      const state = stateOf(root, target);
      if (state) yield { ...seenRow(source, "document", path, state), ...readPath(target) };
      continue;
    }
    yield { ...seenRow(source, "refused", path, entry.state), reason, detail };
    if (reason !== "folder-link" || !target) continue;
    const linked = Buffer.concat([path, COPYRIGHT]);
    const real = Buffer.concat([target, COPYRIGHT]);
    const state = documentPlace(root, linked) ? stateOf(root, real) : null;
    if (state) yield { ...seenRow(source, "document", linked, state), ...readPath(real) };
  }
}

/** The track id of a name in a source: contract of `trackIdOf`, with NUL between a container and its member. */
export function idOf(source: string, path: Uint8Array, member: Uint8Array | null): bigint {
  const key = member === null ? path : Buffer.concat([path, Buffer.alloc(1), member]);
  const id = trackIdToBigInt(trackIdOf(source, key));
  if (!id.ok) throw new RangeError("a track id is not its own spelling");
  return id.value;
}

function seenRow(source: string, kind: string, path: Buffer, state: FileState | null): TableRow {
  const { text, base64 } = pathText(path);
  return {
    track_id: idOf(source, path, null),
    kind,
    path: text,
    path_b64: base64,
    size_bytes: state?.sizeBytes ?? null,
    mtime_ns: state?.mtimeNs ?? null,
    inode: state?.inode ?? null,
  };
}

function readPath(path: Buffer): TableRow {
  const { text, base64 } = pathText(path);
  return { read_path: text, read_path_b64: base64 };
}

/** Of a regular file that is no link itself; null for anything else. */
function stateOf(root: string, path: Buffer): FileState | null {
  try {
    const stat = lstatSync(Buffer.concat([Buffer.from(`${root}/`), path]), { bigint: true });
    if (!stat.isFile()) return null;
    return { sizeBytes: Number(stat.size), mtimeNs: stat.mtimeNs, inode: stat.ino };
  } catch {
    return null;
  }
}
