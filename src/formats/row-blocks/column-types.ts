/** Types of columns that rows may have, as DuckDB names them, and the bytes of a value; texts and lists have lengths of their own. */
export const FIXED_BYTES: { readonly [type: string]: 1 | 2 | 4 | 8 } = {
  BOOLEAN: 1,
  UTINYINT: 1,
  USMALLINT: 2,
  UINTEGER: 4,
  INTEGER: 4,
  FLOAT: 4,
  UBIGINT: 8,
  BIGINT: 8,
};
export const TEXT_TYPE = "VARCHAR";
export const LIST_TYPE = "UINTEGER[]";

export type CellOfRow = bigint | number | boolean | string | readonly number[] | null;

/** Some rows of one column. */
export type ColumnSlice =
  /** Values one behind the other, little-endian; a bit for each row, lowest first, that is set where there is a value. */
  | { readonly kind: "fixed"; readonly bytes: Uint8Array; readonly valid: Uint8Array | null }
  | { readonly kind: "text"; readonly values: readonly (string | null)[] }
  /** Texts of which there are few: the place of each in `names`; 0 for null, which stands first there. */
  | { readonly kind: "coded"; readonly codes: Uint8Array; readonly names: readonly (string | null)[] }
  | { readonly kind: "list"; readonly values: readonly (readonly number[] | null)[] };

/** Rows in a block. */
export const ROWS_BLOCK = 128;

/** What stands before the values of a column in a block. */
export const FILLED = { none: 0, all: 1, same: 2, some: 3 } as const;

export function isKnownType(type: string): boolean {
  return type in FIXED_BYTES || type === TEXT_TYPE || type === LIST_TYPE;
}
