import {
  type AGGREGATES,
  type AggregateName,
  type AggregateRow,
  aggregateDefinition,
} from "../catalogue/index.ts";

type KeyOf<Name extends AggregateName> = (typeof AGGREGATES)[Name]["keys"][number];
type SumOf<Name extends AggregateName> = (typeof AGGREGATES)[Name]["sums"][number];

/** One group of an aggregate, read by the names of its columns. */
export interface Group<Name extends AggregateName> {
  number(key: KeyOf<Name>): number | null;
  text(key: KeyOf<Name>): string | null;
  sum(name: SumOf<Name>): bigint;
  /** The sum as a number: exact up to 2^53. */
  count(name: SumOf<Name>): number;
}

/** The merged aggregates of a snapshot. */
export class Aggregates {
  readonly #rows: ReadonlyMap<AggregateName, readonly AggregateRow[]>;

  constructor(rows: ReadonlyMap<AggregateName, readonly AggregateRow[]>) {
    this.#rows = rows;
  }

  groups<Name extends AggregateName>(name: Name): readonly Group<Name>[] {
    const { keys, sums }: { readonly keys: readonly string[]; readonly sums: readonly string[] } =
      aggregateDefinition(name);
    return (this.#rows.get(name) ?? []).map((row) => {
      const sum = (column: string): bigint => row.sums[sums.indexOf(column)] ?? 0n;
      return {
        number(key) {
          const value = row.keys[keys.indexOf(key)];
          return typeof value === "number" ? value : null;
        },
        text(key) {
          const value = row.keys[keys.indexOf(key)];
          return typeof value === "string" ? value : null;
        },
        sum,
        count: (column) => Number(sum(column)),
      };
    });
  }

  /** One sum over all groups. */
  total<Name extends AggregateName>(name: Name, sum: SumOf<Name>): bigint {
    return this.groups(name).reduce((total, group) => total + group.sum(sum), 0n);
  }
}
