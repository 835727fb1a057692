/** The files of a text index, in its folder. */
export const TEXT_FILES = {
  documents: "text.documents",
  terms: "text.terms",
  postings: "text.postings",
  typos: "text.typos",
} as const;
