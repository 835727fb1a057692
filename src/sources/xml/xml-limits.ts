/** What a record may be: beyond it the record is refused, or the file where reading on would not be safe. */
export interface XmlLimits {
  readonly maxDepth: number;
  readonly maxAttributes: number;
  /** Text directly inside one element, in UTF-16 units; the same bound holds for all that is skipped. */
  readonly maxTextChars: number;
  /** All names, attributes and text of a record, in UTF-16 units, with 64 for each element. */
  readonly maxRecordChars: number;
}

export const XML_LIMITS: XmlLimits = {
  maxDepth: 64,
  maxAttributes: 64,
  maxTextChars: 1 << 20,
  maxRecordChars: 16 << 20,
};

/** So deep that the parser's own list of open elements would grow without end: the file is not read on. */
export const FATAL_DEPTH = 4096;

/** A record, or the reason why it was refused, or (the last) why the file is not read on; where it begins. */
export type XmlRecord<Element> = { readonly line: number; readonly offsetBytes: number } & (
  | { readonly kind: "record"; readonly element: Element }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string }
);
