import type { FactTable } from "../facts/fact-tables.ts";
import type { Fields } from "../lines/shape.ts";

/** How one kind of document, or of text, becomes rows of facts. */
export interface DocumentFormat {
  readonly name: string;
  /** Null for lines that are no JSON: `document` then has one column, `text`. */
  readonly fields: Fields | null;
  /** The member is one document over many lines: it is read as one line. */
  readonly spansLines?: boolean;
  /** An expression over a row of `document`: why it is refused, or null. */
  readonly refusal: string;
  /** Statements that are run over `document` before the queries. */
  readonly prepare?: string;
  /** Name of a part → query over the table `document`. What becomes of the parts is the adapter's affair. */
  readonly queries: Readonly<Record<string, string>>;
  /**
   * Parts that are rows of the table of that name, with all its columns: they are written as they are to stay. Not where lists of
   * a document stand in several rows, which DuckDB 1.5.5 cannot write that way ("not enough space in buffer").
   */
  readonly tables?: readonly FactTable[];
}

/** What is known of a member before it is read. */
export interface MemberHead {
  readonly file: string;
  /** Its name in the tar; null when the file is no tar. */
  readonly name: string | null;
  readonly head: Buffer;
}
