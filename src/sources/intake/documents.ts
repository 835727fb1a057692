import type { TableRow } from "../../core/database.ts";
import { pathText } from "../files/path-text.ts";
import { documentPlace } from "../rights-documents/document-path.ts";
import { documentText, MAX_DOCUMENT_BYTES, readSmallFile } from "../rights-documents/read-text.ts";
import { idOf } from "./seen-rows.ts";
import type { TodoFile } from "./todo.ts";

export interface DocumentRows {
  readonly file: TableRow;
  readonly document: TableRow | null;
}

/** Reads a rights document: its row in `files.parquet`, and in `documents.parquet` unless it cannot be had. */
export function documentRows(source: string, root: string, todo: TodoFile): DocumentRows {
  const name = pathText(todo.path);
  const text = readSmallFile(root, todo.readPath, MAX_DOCUMENT_BYTES);
  const state = text.ok ? text.state : todo.state;
  const common: TableRow = {
    track_id: idOf(source, todo.path, null),
    path: name.text,
    path_b64: name.base64,
    size_bytes: state.sizeBytes,
    mtime_ns: state.mtimeNs,
    inode: state.inode,
  };
  if (!text.ok) {
    const reason = text.reason === "gone" ? "gone-while-read" : text.reason;
    return { file: { ...common, status: "rejected", reason, detail: text.detail }, document: null };
  }
  const place = documentPlace(root, todo.path);
  const scope = pathText(place?.scope ?? Buffer.alloc(0));
  return {
    file: { ...common, status: "document" },
    document: {
      path: name.text,
      path_b64: name.base64,
      scope_path: scope.text,
      scope_path_b64: scope.base64,
      package: place?.packageName ?? null,
      sha256: text.sha256,
      text: documentText(text.bytes),
    },
  };
}
