/** A value that stands in one place of a row. */
export type ScalarType = "VARCHAR" | "UBIGINT" | "BIGINT" | "INTEGER" | "DOUBLE" | "BOOLEAN";

/** Types of DuckDB, as far as tables of rows have them: a scalar, a list of scalars, a list of structs of scalars. */
export type ColumnType =
  | { readonly kind: "scalar"; readonly type: ScalarType }
  | { readonly kind: "list"; readonly type: ScalarType }
  | { readonly kind: "structs"; readonly fields: readonly (readonly [name: string, type: ScalarType])[] };

const SCALARS: readonly ScalarType[] = ["VARCHAR", "UBIGINT", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN"];

/** The type behind its name in SQL, such as `STRUCT(name VARCHAR, value DOUBLE)[]`. Throws `RangeError` for any other. */
export function columnType(name: string): ColumnType {
  const struct = /^STRUCT\((.+)\)\[\]$/.exec(name)?.[1];
  if (struct !== undefined) {
    const fields = struct.split(", ").map((field) => {
      const [fieldName = "", type = ""] = field.split(" ");
      return [fieldName, scalarType(type)] as const;
    });
    return { kind: "structs", fields };
  }
  if (name.endsWith("[]")) return { kind: "list", type: scalarType(name.slice(0, -2)) };
  return { kind: "scalar", type: scalarType(name) };
}

function scalarType(name: string): ScalarType {
  const found = SCALARS.find((type) => type === name);
  if (found === undefined) throw new RangeError(`no type of a row: ${name}`);
  return found;
}
