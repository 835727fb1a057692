import type { TextRow, TextRows } from "../records/text-row.ts";
import { textOf } from "./rows/trimmed-row.ts";

/** Keeps the first rows as they are. */
export class FirstRows implements TextRows {
  readonly files = {};
  readonly rows: Record<string, string | null>[] = [];
  readonly #columns: readonly string[];
  readonly #most: number;
  #row: TextRow | null = null;

  constructor(columns: readonly string[], most: number) {
    this.#columns = columns;
    this.#most = most;
  }

  begin(): void {
    this.#row = null;
  }

  refusal(row: TextRow): null {
    this.#row = row;
    return null;
  }

  add(): void {
    const row = this.#row;
    if (row === null || this.rows.length >= this.#most) return;
    const texts = this.#columns.map((name, column) => {
      const [start = 0, end = 0] = [row.starts[column], row.ends[column]];
      return [name, start === end ? null : textOf(row.bytes, start, end)] as const;
    });
    this.rows.push(Object.fromEntries(texts));
  }
}
