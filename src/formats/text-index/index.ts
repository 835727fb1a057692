/** `text-index`: the codecs of the parts of a text index: varints, terms, postings and documents. */
export * from "./documents.ts";
export * from "./postings.ts";
export * from "./terms.ts";
export * from "./varint.ts";
