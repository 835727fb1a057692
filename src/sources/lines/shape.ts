import type { Fields, Shape } from "../../formats/json/shape.ts";

/** The shape as a type of SQL: `STRUCT("a" VARCHAR)[]`. */
export function sqlType(shape: Shape): string {
  if (typeof shape === "string") return shape;
  if ("list" in shape) return `${sqlType(shape.list)}[]`;
  return `STRUCT(${sqlFields(shape.fields, " ")})`;
}

/** The `columns` of `read_json`: `{"a": 'VARCHAR'}`. */
export function sqlColumns(fields: Fields): string {
  const columns = Object.entries(fields).map(([name, shape]) => `"${name}": '${sqlType(shape)}'`);
  return `{${columns.join(", ")}}`;
}

function sqlFields(fields: Fields, separator: string): string {
  return Object.entries(fields)
    .map(([name, shape]) => `"${name}"${separator}${sqlType(shape)}`)
    .join(", ");
}

const MAX_DEPTH = 40;

/**
 * Why a document does not fit, with the path of the first value that does not, or null when nothing is seen to be wrong: the
 * database, which is stricter about texts and repeated names, has the last word.
 */
export function misfit(fields: Fields, value: unknown): string | null {
  return misfitAt({ fields }, value, "", 0);
}

function misfitAt(shape: Shape, value: unknown, path: string, depth: number): string | null {
  if (value === null || value === undefined) return null;
  const where = path === "" ? "the document" : path;
  if (depth > MAX_DEPTH) return `${where} is nested too deep`;
  if (typeof shape === "string") return scalarMisfit(shape, value, where);
  if ("list" in shape) {
    if (!Array.isArray(value)) return `${where} is ${kindOf(value)} where a list should be`;
    for (const [index, item] of value.entries()) {
      const fault = misfitAt(shape.list, item, `${path}[${index}]`, depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  if (!isObject(value)) return `${where} is ${kindOf(value)} where an object should be`;
  for (const [name, field] of Object.entries(shape.fields)) {
    if (!Object.hasOwn(value, name)) continue;
    const fault = misfitAt(field, value[name], path === "" ? name : `${path}.${name}`, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

function scalarMisfit(shape: "VARCHAR" | "BIGINT" | "DOUBLE" | "BOOLEAN", value: unknown, where: string) {
  if (shape === "VARCHAR") return null;
  const isComposite = typeof value === "object";
  const isBadNumber = typeof value === "string" && Number.isNaN(Number(value.trim() === "" ? "x" : value));
  const expected = shape === "BOOLEAN" ? "true or false" : "a number";
  if (isComposite || (shape !== "BOOLEAN" && isBadNumber)) {
    return `${where} is ${kindOf(value)} where ${expected} should be`;
  }
  const isEndless = shape !== "BOOLEAN" && Math.abs(Number(value)) === Number.POSITIVE_INFINITY;
  return isEndless ? `${where} is a number that is too large` : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
