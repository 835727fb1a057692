import { MemberOrder } from "./member-order.ts";
import { NameTable } from "./name-table.ts";
import type { Fields, Shape } from "./shape.ts";

/** A shape, ready to read by. */
export type ReadingPlan =
  | { readonly kind: "text" | "whole" | "real" | "truth" }
  | { readonly kind: "list"; readonly item: ReadingPlan }
  | ObjectPlan;

export interface ObjectPlan {
  readonly kind: "object";
  readonly names: NameTable;
  readonly members: readonly ReadingPlan[];
  /** In what order the members stood in objects that were read: most objects have the same. */
  readonly order: MemberOrder;
}

const SCALARS = { VARCHAR: "text", BIGINT: "whole", DOUBLE: "real", BOOLEAN: "truth" } as const;

export function readingPlan(shape: Shape): ReadingPlan {
  if (typeof shape === "string") return { kind: SCALARS[shape] };
  if ("list" in shape) return { kind: "list", item: readingPlan(shape.list) };
  return objectPlan(shape.fields);
}

export function objectPlan(fields: Fields): ObjectPlan {
  const names = new NameTable(Object.keys(fields));
  return { kind: "object", names, members: Object.values(fields).map(readingPlan), order: new MemberOrder() };
}

/** The places of the members of an object, by their names. */
export function placesOf<F extends Fields>(fields: F): { readonly [Name in keyof F]: number } {
  const places = Object.keys(fields).map((name, place) => [name, place] as const);
  return Object.fromEntries(places) as { readonly [Name in keyof F]: number };
}
