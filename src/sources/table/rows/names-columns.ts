import type { Mapping } from "../mapping.ts";
import { columnsOf, type Field } from "../mapping-fields.ts";

/** A column with names: one, or several with a separator between them, or a list in JSON. */
export interface NamesColumn {
  readonly column: number;
  readonly separator: Buffer | null;
  readonly mayBeList: boolean;
}

/** The columns with the names of a field. A list is one in JSON only where a value may be one: not in CSV. */
export function namesColumns(mapping: Mapping, columns: readonly string[], field: Field): NamesColumn[] {
  return columnsOf(mapping, field).map(({ name, separator }) => ({
    column: columns.indexOf(name),
    separator: separator === null ? null : Buffer.from(separator),
    mayBeList: mapping.reader.kind !== "csv",
  }));
}
