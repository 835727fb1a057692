import { z } from "zod";
import type { Database } from "../../core/database.ts";
import { pathBytes } from "../files/path-text.ts";
import type { FileState } from "../files/regular-file.ts";

/** A name that is to be read. */
export interface TodoFile {
  readonly kind: "file" | "document";
  readonly path: Buffer;
  /** Where a document is read when `path` is a link to it. */
  readonly readPath: Buffer;
  readonly state: FileState;
}

const rowSchema = z.object({
  kind: z.enum(["file", "document"]),
  path: z.string(),
  path_b64: z.string().nullable(),
  size_bytes: z.bigint(),
  mtime_ns: z.bigint(),
  inode: z.bigint(),
  read_path: z.string().nullable(),
  read_path_b64: z.string().nullable(),
});

/** The names to read, in the order of their bytes. */
export async function* todoFiles(database: Database): AsyncGenerator<TodoFile> {
  const sql = `
    select kind, path, path_b64, size_bytes, mtime_ns, inode, read_path, read_path_b64
    from todo order by todo_no`;
  for await (const row of database.stream(sql)) {
    const file = rowSchema.parse(row);
    const path = pathBytes(file.path, file.path_b64);
    yield {
      kind: file.kind,
      path,
      readPath: file.read_path === null ? path : pathBytes(file.read_path, file.read_path_b64),
      state: { sizeBytes: Number(file.size_bytes), mtimeNs: file.mtime_ns, inode: file.inode },
    };
  }
}
