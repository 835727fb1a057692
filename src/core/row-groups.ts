/** Rows of a row group of Parquet, unless told. */
export const ROW_GROUP_ROWS = 20_480;
