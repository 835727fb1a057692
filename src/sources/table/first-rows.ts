import type { BlockRows, TextBlock } from "../records/text-block.ts";

/** Keeps the first rows as they are. */
export class FirstRows implements BlockRows {
  readonly files = {};
  readonly rows: Record<string, string | null>[] = [];
  readonly #columns: readonly string[];
  readonly #most: number;

  constructor(columns: readonly string[], most: number) {
    this.#columns = columns;
    this.#most = most;
  }

  take(block: TextBlock): void {
    for (let row = 0; row < block.rows && this.rows.length < this.#most; row += 1) {
      const texts = this.#columns.map((name, column) => [name, block.text(column, row) || null] as const);
      this.rows.push(Object.fromEntries(texts));
    }
  }
}
