import type { Fields } from "../../formats/json/shape.ts";
import type { RecordForm } from "../records/record-splitter.ts";

/** How one kind of document, or of text, becomes rows of facts. What becomes of the parts is the adapter's affair. */
export type DocumentFormat = ThreadFormat | SqlFormat;

interface AnyFormat {
  readonly name: string;
  /** The member is one document over many lines: it is read as one line. */
  readonly spansLines?: boolean;
  /** The lines were written for the purpose: their bytes tell nobody anything. */
  readonly hidesOffsets?: boolean;
}

/** Documents of JSON, or records of CSV, that a thread of the intake turns into rows: its program knows the name. */
export interface ThreadFormat extends AnyFormat {
  /** What it is told beside the name. */
  readonly input?: unknown;
  /** Of CSV; without it there is one document in each line. */
  readonly records?: RecordForm;
}

/** Lines that the database turns into rows. */
export interface SqlFormat extends AnyFormat {
  /** Null for lines that are no JSON: `document` then has one column, `text`. */
  readonly fields: Fields | null;
  /** An expression over a row of `document`: why it is refused, or null. */
  readonly refusal: string;
  /** Name of a part → query over the table `document`. */
  readonly queries: Readonly<Record<string, string>>;
}

/** What is known of a member before it is read. */
export interface MemberHead {
  readonly file: string;
  /** Its name in the tar; null when the file is no tar. */
  readonly name: string | null;
  readonly head: Buffer;
}
