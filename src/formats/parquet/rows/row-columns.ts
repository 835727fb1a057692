import type { ViewedBytes } from "../../../core/viewed-bytes.ts";
import { columnType } from "./column-type.ts";
import { Leaf, type TextRanges } from "./leaf.ts";

/** The number, within its row group, of the row that is being filled. */
export interface OpenRow {
  number: number;
}

/** A column of a table: one value a row, or several of a list. Rows that are passed over are null. */
export abstract class RowColumn {
  readonly name: string;
  readonly leaves: readonly Leaf[];
  readonly #openRow: OpenRow;
  readonly #first: Leaf;
  /** Rows that have their value. */
  #rows = 0;
  #passedLevel = 0;

  constructor(name: string, leaves: readonly Leaf[], openRow: OpenRow) {
    this.name = name;
    this.leaves = leaves;
    this.#openRow = openRow;
    this.#first = this.leaf(0);
  }

  /** To be called before the value of the open row, or one so many rows behind it, is put into the leaves. */
  start(ahead = 0): void {
    this.fill(ahead);
    this.#rows += 1;
  }

  /** The same for the values of so many rows, of which the open one is the first. */
  startMany(rows: number): void {
    this.fill();
    this.#rows += rows;
  }

  /** Fills so many rows with texts, one each; where one is empty the row is passed over. */
  addTexts(texts: TextRanges, first: number, rows: number): void {
    this.startMany(rows);
    this.#first.addTexts(this.#passedLevel, texts, first, rows);
  }

  /** Fills so many rows with whole numbers; where one is NaN there is none. */
  addWholes(values: Float64Array, first: number, rows: number): void {
    this.startMany(rows);
    if (!hasNan(values, first, rows)) {
      this.#first.addWholes(values, first, rows);
      return;
    }
    for (let at = first; at < first + rows; at += 1) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) this.#first.addNone(0, 0);
      else this.#first.addWhole(0, value);
    }
  }

  /** Fills so many rows with truths, 1 or 0; where one is NaN there is none. */
  addTruths(values: Float64Array, first: number, rows: number): void {
    this.startMany(rows);
    if (!hasNan(values, first, rows)) {
      this.#first.addTruths(values, first, rows);
      return;
    }
    for (let at = first; at < first + rows; at += 1) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) this.#first.addNone(0, 0);
      else this.#first.addTruth(0, value === 1);
    }
  }

  /** Puts a text, bytes [from, to), into a column of scalars, for the open row. */
  addText(bytes: ViewedBytes, from: number, to: number): void {
    this.start();
    this.#first.addText(0, bytes, from, to);
  }

  /** Puts a whole number into a column of scalars, for the open row. */
  addWhole(value: number): void {
    this.start();
    this.#first.addWhole(0, value);
  }

  /** All rows before the open one, or one so many rows behind it, that have no value get none. */
  fill(ahead = 0): void {
    const rows = this.#openRow.number + ahead - this.#rows;
    if (rows <= 0) return;
    for (const leaf of this.leaves) leaf.addNones(this.#passedLevel, rows);
    this.#rows += rows;
  }

  /** Rows of a list that are passed over have an empty one, rather than none. */
  emptyUnlessFilled(): void {
    this.#passedLevel = 1;
  }

  leaf(at: number): Leaf {
    const leaf = this.leaves[at];
    if (leaf === undefined) throw new RangeError(`"${this.name}" has no leaf ${at}`);
    return leaf;
  }

  /** No value; of a list, an empty one where `level` is 1. */
  addNone(level: number): void {
    for (const leaf of this.leaves) leaf.addNone(0, level);
  }

  /** The value of the open row. Throws `TypeError` for one of another type. */
  add(value: unknown): void {
    this.start();
    this.addValue(value);
  }

  /** Before the first row group of a file. */
  begin(): void {
    this.#rows = 0;
    for (const leaf of this.leaves) leaf.begin();
  }

  clear(): void {
    this.#rows = 0;
    for (const leaf of this.leaves) leaf.clear();
  }

  protected abstract addValue(value: unknown): void;
}

/** Whether one of so many values is NaN. */
export function hasNan(values: Float64Array, first: number, count: number): boolean {
  for (let at = first; at < first + count; at += 1) if (Number.isNaN(values[at] ?? 0)) return true;
  return false;
}

class ScalarColumn extends RowColumn {
  protected addValue(value: unknown): void {
    for (const leaf of this.leaves) leaf.add(0, value);
  }
}

class ListColumn extends RowColumn {
  readonly #fields: readonly string[] | null;

  /** `fields` are the names of the leaves where the items are structs. */
  constructor(name: string, leaves: readonly Leaf[], openRow: OpenRow, fields: readonly string[] | null) {
    super(name, leaves, openRow);
    this.#fields = fields;
  }

  protected addValue(value: unknown): void {
    const isList = Array.isArray(value);
    if (!isList || value.length === 0) this.addNone(isList ? 1 : 0);
    else
      for (let index = 0; index < value.length; index += 1) this.#addItem(value[index], index === 0 ? 0 : 1);
  }

  #addItem(item: unknown, repetition: number): void {
    for (let at = 0; at < this.leaves.length; at += 1) {
      const field = this.#fields?.[at];
      const value = field === undefined ? item : (item as Readonly<Record<string, unknown>>)[field];
      this.leaves[at]?.add(repetition, value);
    }
  }
}

/** The column of a name and a type of SQL. Nothing needs to be there: all is optional, as DuckDB writes it. */
export function rowColumn(name: string, sqlType: string, openRow: OpenRow): RowColumn {
  const type = columnType(sqlType);
  if (type.kind === "scalar") return new ScalarColumn(name, [new Leaf([name], type.type, 1, false)], openRow);
  const path = [name, "list", "element"];
  if (type.kind === "list") {
    return new ListColumn(name, [new Leaf(path, type.type, 3, true)], openRow, null);
  }
  const leaves = type.fields.map(([field, scalar]) => new Leaf([...path, field], scalar, 4, true));
  const fields = type.fields.map(([field]) => field);
  return new ListColumn(name, leaves, openRow, fields);
}
