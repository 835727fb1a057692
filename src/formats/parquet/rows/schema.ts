import { binary, int32, struct } from "../pages.ts";
import type { ThriftStruct } from "../thrift-compact.ts";
import { columnType, type ScalarType } from "./column-type.ts";

/** Physical and converted types of `parquet.thrift`. */
export const PHYSICAL: Readonly<Record<ScalarType, number>> = {
  BOOLEAN: 0,
  INTEGER: 1,
  BIGINT: 2,
  UBIGINT: 2,
  DOUBLE: 5,
  VARCHAR: 6,
};
const CONVERTED: Readonly<Partial<Record<ScalarType, number>>> = {
  VARCHAR: 0,
  UBIGINT: 14,
  INTEGER: 17,
  BIGINT: 18,
};
const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;
const LIST = 3;

/** The elements of a schema, of the same form as DuckDB's: `{name: type}` of SQL. */
export function schemaElements(columns: Readonly<Record<string, string>>): readonly ThriftStruct[] {
  const entries = Object.entries(columns);
  const root = group("duckdb_schema", REPETITION.required, entries.length);
  return [root, ...entries.flatMap(([name, type]) => elementsOf(name, type))];
}

function elementsOf(name: string, sqlType: string): readonly ThriftStruct[] {
  const type = columnType(sqlType);
  if (type.kind === "scalar") return [scalar(name, type.type)];
  const list = [group(name, REPETITION.optional, 1, LIST), group("list", REPETITION.repeated, 1)];
  if (type.kind === "list") return [...list, scalar("element", type.type)];
  const element = group("element", REPETITION.optional, type.fields.length);
  return [...list, element, ...type.fields.map(([field, of]) => scalar(field, of))];
}

function group(name: string, repetition: number, children: number, converted?: number): ThriftStruct {
  return struct({
    3: int32(repetition),
    4: binary(name),
    5: int32(children),
    ...(converted === undefined ? {} : { 6: int32(converted) }),
  });
}

function scalar(name: string, type: ScalarType): ThriftStruct {
  const converted = CONVERTED[type];
  return struct({
    1: int32(PHYSICAL[type]),
    3: int32(REPETITION.optional),
    4: binary(name),
    ...(converted === undefined ? {} : { 6: int32(converted) }),
  });
}
