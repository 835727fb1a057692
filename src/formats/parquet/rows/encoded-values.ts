/** Values of a column chunk, without levels, as Parquet has them. */
export interface EncodedValues {
  /** The words that the values are places of, as PLAIN values. */
  readonly words: { readonly count: number; readonly plain: Uint8Array } | null;
  /** A number of `ENCODING`. */
  readonly encoding: number;
  /** In parts that follow one another; good until the values are cleared. */
  readonly body: readonly Uint8Array[];
}
