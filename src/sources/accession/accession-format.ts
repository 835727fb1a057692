/** Stands in the record of an accession, and in the footers of its tables. */
export const ACCESSION_FORMAT = "deadwax-accession/1";
