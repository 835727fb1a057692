import { columnsOf, type Field, type Mapping } from "../mapping.ts";
import type { NamesColumn } from "./names.ts";

/** The columns with the names of a field. A list is one in JSON only where a value may be one: not in CSV. */
export function namesColumns(mapping: Mapping, columns: readonly string[], field: Field): NamesColumn[] {
  return columnsOf(mapping, field).map(({ name, separator }) => ({
    column: columns.indexOf(name),
    separator: separator === null ? null : Buffer.from(separator),
    mayBeList: mapping.reader.kind !== "csv",
  }));
}
