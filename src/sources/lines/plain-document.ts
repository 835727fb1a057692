import type { Fields, Shape } from "../../formats/json/shape.ts";

/**
 * What a document says, with nothing but what the fields ask for and each value of the kind that they name: a number that is told as text
 * becomes a number, and a fraction is rounded where a whole number is asked for. For documents in which `misfit` finds nothing.
 */
export function plainDocument(fields: Fields, value: unknown): unknown {
  return plainValue({ fields }, value);
}

function plainValue(shape: Shape, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (shape === "VARCHAR") return typeof value === "string" ? value : JSON.stringify(value);
  if (shape === "BIGINT") return Math.round(Number(value));
  if (shape === "DOUBLE") return Number(value);
  if (shape === "BOOLEAN") return value === true || value === "true" || value === 1;
  if ("list" in shape) return (value as readonly unknown[]).map((item) => plainValue(shape.list, item));
  const object = value as Readonly<Record<string, unknown>>;
  const members = Object.entries(shape.fields).flatMap(([name, field]) =>
    Object.hasOwn(object, name) ? [[name, plainValue(field, object[name])] as const] : [],
  );
  return Object.fromEntries(members);
}
