import type { ViewedBytes } from "../../core/viewed-bytes.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";

/** A row of texts: that of column `c` is bytes [starts[c], ends[c]), which are UTF-8; an empty one is none. */
export interface TextRow {
  bytes: ViewedBytes;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** How rows of texts become rows of files. */
export interface TextRows {
  /** By the name of the part. */
  readonly files: Readonly<Record<string, RowFile>>;
  /** Before the first row of a batch. */
  begin(): void;
  /** Looks at a row of texts, and says why it is refused, or null. */
  refusal(row: TextRow): string | null;
  /** Adds what becomes of the row that was looked at last, and is not refused. */
  add(): void;
}
