import type { JsonReader } from "../../formats/json/json-reader.ts";
import type { Fields } from "../../formats/json/shape.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";

/** How documents of one kind become rows of facts, in a thread. */
export interface DocumentRows {
  readonly fields: Fields;
  /** By the name of the part: what the documents of a batch become. */
  readonly files: Readonly<Record<string, RowFile>>;
  /** Why the document of this node is refused, or null. */
  refusal(json: JsonReader, document: number): string | null;
  /** Adds the rows of a document, which stands in that line and is not refused; or keeps it for a while, and may then refuse it. */
  add(json: JsonReader, document: number, line: number, refuse: RefuseLine): void;
  /** Adds what is said once for all documents of a batch, and what was kept. */
  endBatch(refuse: RefuseLine): void;
}

/** Says why a line is refused. */
export type RefuseLine = (line: number, reason: string) => void;
