/** Stands in the record of an accession, and in the footers of its tables. */
export const ACCESSION_FORMAT = "deadwax-accession/1";

/** In ids level 3 looks in vain for what repeats: it takes three times as long, and packs no better. */
export const ACCESSION_ZSTD_LEVEL = 1;
