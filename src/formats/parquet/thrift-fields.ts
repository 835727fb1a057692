import type { ThriftStruct, ThriftValue } from "./thrift-compact.ts";

/** Parts of a Thrift value by the ids of their fields. All throw `RangeError` where it is something else. */
export function field(value: ThriftValue, id: number): ThriftValue {
  const found = structOf(value).fields.get(id);
  if (found === undefined) throw new RangeError(`a struct without field ${id}`);
  return found;
}

export function items(value: ThriftValue, id: number): readonly ThriftValue[] {
  const list = field(value, id);
  if (list.kind !== "list") throw new RangeError(`field ${id} is no list`);
  return list.items;
}

export function text(value: ThriftValue, id: number): string {
  const found = field(value, id);
  if (found.kind !== "binary") throw new RangeError(`field ${id} is no text`);
  return found.bytes.toString("utf8");
}

/** A whole number that is not negative; `missing` where there is none. */
export function whole(value: ThriftValue, id: number, missing?: number): number {
  const found = structOf(value).fields.get(id);
  if (found === undefined && missing !== undefined) return missing;
  const number = found?.kind === "int" ? Number(found.value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`field ${id} is no number`);
  return number;
}

/** A truth value; true where there is none. */
export function isNotFalse(value: ThriftValue, id: number): boolean {
  const found = structOf(value).fields.get(id);
  return found?.kind !== "bool" || found.value;
}

function structOf(value: ThriftValue): ThriftStruct {
  if (value.kind !== "struct") throw new RangeError("no struct");
  return value;
}
