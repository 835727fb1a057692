/** A line of CSV, RFC 4180: fields with commas, quotes or line breaks are quoted. Null is empty. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvField).join(",")}\r\n`;
}

/** A value of a query as text: lists and structs as JSON, times as ISO 8601. */
export function plainText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return `${value}`;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value, (_, held: unknown) => (typeof held === "bigint" ? `${held}` : held));
}

function csvField(value: unknown): string {
  const text = plainText(value) ?? "";
  return /[",\r\n]/.test(text) || (text === "" && value === "") ? `"${text.replaceAll('"', '""')}"` : text;
}
