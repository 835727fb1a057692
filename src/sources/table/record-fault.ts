/** Why a record of a table cannot be a row, or null. */
export function recordFault(fields: readonly string[], columns: number): string | null {
  if (fields.length !== columns) return `${fields.length} fields where the header has ${columns}`;
  if (fields.some((field) => field.includes("\ufffd"))) return "text that is not valid UTF-8";
  return fields.some((field) => field.includes("\0")) ? "a NUL in the text" : null;
}
