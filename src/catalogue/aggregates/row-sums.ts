import type { AggregateKey, AggregateRow } from "./aggregate-rows.ts";

/** A whole number; `number` only where it is safe. */
export type Whole = number | bigint;

interface Group {
  readonly keys: readonly AggregateKey[];
  readonly sums: Whole[];
}

/** By the first key, then by the second …: no text is made of the keys of a row. */
type Branch = Map<AggregateKey, Branch | Group>;

/** Adds the sums of groups with the same keys, as numbers as long as these are exact. */
export class RowSums {
  readonly #root: Branch = new Map();
  readonly #groups: Group[] = [];

  /** Adds one row: key `k` is `keys[k][at]`, sum `s` is `sums[s][at]`. */
  addColumns(
    keys: readonly (readonly AggregateKey[])[],
    sums: readonly (readonly Whole[])[],
    at: number,
  ): void {
    const group = this.#group(keys, at);
    for (const [column, values] of sums.entries()) {
      group.sums[column] = add(group.sums[column] ?? 0, values[at] ?? 0);
    }
  }

  addRow(row: AggregateRow): void {
    this.addColumns(
      row.keys.map((key) => [key]),
      row.sums.map((sum) => [sum]),
      0,
    );
  }

  /** In the order in which their keys were first added. */
  rows(): AggregateRow[] {
    return this.#groups.map(({ keys, sums }) => ({ keys, sums: sums.map(BigInt) }));
  }

  #group(keys: readonly (readonly AggregateKey[])[], at: number): Group {
    let branch = this.#root;
    for (let depth = 0; ; depth += 1) {
      const key = keys[depth]?.[at] ?? null;
      const next = branch.get(key);
      const isLast = depth >= keys.length - 1;
      if (next instanceof Map) {
        branch = next;
      } else if (next) {
        return next;
      } else if (isLast) {
        const group = { keys: keys.map((column) => column[at] ?? null), sums: [] };
        branch.set(key, group);
        this.#groups.push(group);
        return group;
      } else {
        const below: Branch = new Map();
        branch.set(key, below);
        branch = below;
      }
    }
  }
}

function add(a: Whole, b: Whole): Whole {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
}
