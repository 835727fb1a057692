import type { ViewedBytes } from "../../../core/viewed-bytes.ts";
import { ENCODING } from "../pages.ts";
import type { ScalarType } from "./column-type.ts";
import type { EncodedValues } from "./encoded-values.ts";
import { Levels } from "./levels.ts";
import { NumberValues } from "./number-values.ts";
import { TextBytes } from "./text-bytes.ts";
import { TextValues } from "./text-values.ts";

/** Texts: that of number `i` is bytes [starts[i], ends[i]), which are UTF-8. */
export interface TextRanges {
  readonly bytes: ViewedBytes;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Where somebody is quicker than a loop over them here. */
  readonly loops?: PlainTexts | null;
}

export interface PlainTexts {
  /** So many texts as PLAIN values of Parquet, without those that are empty; good until the next call. */
  plain(first: number, rows: number): Uint8Array;
  /** Those of so many texts, counted from 0, that are not the same as the one before it, as the first is not; good until the next call. */
  changes(first: number, rows: number): Int32Array;
  /** Whether one of so many texts is empty. */
  hasEmpty(first: number, rows: number): boolean;
}

/** For fewer it is not worth the call. */
const MANY_TEXTS = 16;

/** A column of scalars as Parquet has it: levels, and the values that are there. */
export class Leaf {
  readonly path: readonly string[];
  readonly type: ScalarType;
  readonly definition: Levels;
  readonly repetition: Levels;
  readonly #isRepeated: boolean;
  /** The definition level of a value that is there. */
  readonly full: number;
  readonly #texts = new TextValues();
  readonly #numbers = new NumberValues();
  readonly #truths = new Levels(1);

  constructor(path: readonly string[], type: ScalarType, full: number, isRepeated: boolean) {
    this.path = path;
    this.type = type;
    this.full = full;
    this.#isRepeated = isRepeated;
    this.definition = new Levels(full);
    this.repetition = new Levels(isRepeated ? 1 : 0);
  }

  /** A place without a value: `level` says how much of the path is there. */
  addNone(repetition: number, level: number): void {
    this.#addLevels(repetition, level);
  }

  /** So many rows without a value. */
  addNones(level: number, rows: number): void {
    if (this.#isRepeated) this.repetition.addMany(0, rows);
    this.definition.addMany(level, rows);
  }

  /** A text: bytes [from, to), which are UTF-8. */
  addText(repetition: number, bytes: ViewedBytes, from: number, to: number): void {
    this.#addLevels(repetition, this.full);
    this.#texts.add(bytes, from, to);
  }

  /** Texts, one for each of so many rows; empty ones are none, of that level. */
  addTexts(noneLevel: number, texts: TextRanges, first: number, rows: number): void {
    if (this.#isRepeated) this.repetition.addMany(0, rows);
    const { starts, ends } = texts;
    const loops = rows >= MANY_TEXTS ? texts.loops : null;
    if (loops != null && this.#texts.isPlain) this.#texts.addPlainValues(loops.plain(first, rows));
    else if (loops != null) this.#addChanges(texts, loops.changes(first, rows), first, rows);
    else this.#addEach(texts, first, rows);
    if (loops?.hasEmpty(first, rows) === false) {
      this.definition.addMany(this.full, rows);
      return;
    }
    let filled = 0;
    for (let at = first; at < first + rows; at += 1) {
      if (starts[at] !== ends[at]) filled += 1;
      else {
        this.definition.addMany(this.full, filled);
        this.definition.add(noneLevel);
        filled = 0;
      }
    }
    this.definition.addMany(this.full, filled);
  }

  #addEach({ bytes, starts, ends }: TextRanges, first: number, rows: number): void {
    for (let row = first; row < first + rows; ) {
      const from = starts[row] ?? 0;
      const to = ends[row] ?? 0;
      let next = row + 1;
      while (next < first + rows && starts[next] === from && ends[next] === to) next += 1;
      if (from !== to) this.#texts.addMany(bytes, from, to, next - row);
      row = next;
    }
  }

  #addChanges({ bytes, starts, ends }: TextRanges, changes: Int32Array, first: number, rows: number): void {
    for (let change = 0; change < changes.length; change += 1) {
      const row = changes[change] ?? 0;
      const from = starts[first + row] ?? 0;
      const to = ends[first + row] ?? 0;
      if (from !== to) this.#texts.addMany(bytes, from, to, (changes[change + 1] ?? rows) - row);
    }
  }

  /** The same constant for each of so many rows. */
  addConstants(text: ViewedBytes, rows: number): void {
    if (this.#isRepeated) this.repetition.addMany(0, rows);
    this.definition.addMany(this.full, rows);
    this.#texts.addConstants([text], rows);
  }

  /** The same few constants as the list of each of so many rows. */
  addConstantLists(texts: readonly ViewedBytes[], rows: number): void {
    this.repetition.addLists(texts.length, rows);
    this.definition.addMany(this.full, rows * texts.length);
    this.#texts.addConstants(texts, rows);
  }

  /** The lists of so many rows, number `first` and on, each with a double of every column. */
  addDoubleLists(columns: readonly Float64Array[], first: number, rows: number): void {
    this.repetition.addLists(columns.length, rows);
    this.definition.addMany(this.full, rows * columns.length);
    this.#numbers.addRows(columns, first, rows);
  }

  /** Whole numbers, one for each of so many rows: what doubles hold exactly. */
  addWholes(values: Float64Array, first: number, rows: number): void {
    this.definition.addMany(this.full, rows);
    if (this.type === "INTEGER") this.#numbers.addInt32s(values, first, rows);
    else this.#numbers.addInt64s(values, first, rows);
  }

  /** Numbers of so many rows, one each, as PLAIN values. */
  addPlainNumbers(values: Uint8Array, rows: number): void {
    this.definition.addMany(this.full, rows);
    this.#numbers.addPlain(values);
  }

  /** The two halves of a number of 64 bits for each of so many rows. */
  addManyHalves(lows: Uint32Array, highs: Uint32Array, rows: number): void {
    this.definition.addMany(this.full, rows);
    for (let row = 0; row < rows; row += 1) this.#numbers.addHalves(lows[row] ?? 0, highs[row] ?? 0);
  }

  /** One of a few texts that are added again and again: the same bytes each time. */
  addConstant(repetition: number, text: ViewedBytes): void {
    this.#addLevels(repetition, this.full);
    this.#texts.addConstant(text);
  }

  /** A whole number, for a column of 64 bits what a double holds exactly. */
  addWhole(repetition: number, value: number): void {
    this.#addLevels(repetition, this.full);
    if (this.type === "INTEGER") this.#numbers.addInt32(value);
    else this.#numbers.addInt64(value);
  }

  addDouble(repetition: number, value: number): void {
    this.#addLevels(repetition, this.full);
    this.#numbers.addDouble(value);
  }

  /** Truths, one for each of so many rows: 1 or 0. */
  addTruths(values: Float64Array, first: number, rows: number): void {
    this.definition.addMany(this.full, rows);
    this.#truths.addEach(values, first, rows);
  }

  addTruth(repetition: number, value: boolean): void {
    this.#addLevels(repetition, this.full);
    this.#truths.add(value ? 1 : 0);
  }

  /** The two halves of a number of 64 bits. */
  addHalves(repetition: number, low: number, high: number): void {
    this.#addLevels(repetition, this.full);
    this.#numbers.addHalves(low, high);
  }

  /** A value, or null where it alone is missing. Throws `TypeError` for one of another type. */
  add(repetition: number, value: unknown): void {
    const isThere = value !== null && value !== undefined;
    this.#addLevels(repetition, isThere ? this.full : this.full - 1);
    if (isThere) this.#addValue(value);
  }

  /** Of the values, and of a level for each. */
  get sizeBytes(): number {
    return this.#texts.sizeBytes + this.#numbers.sizeBytes + this.definition.count;
  }

  encode(): EncodedValues {
    if (this.type === "VARCHAR") return this.#texts.encode();
    if (this.type !== "BOOLEAN") return this.#numbers.encode();
    return { words: null, encoding: ENCODING.rle, body: this.#truths.encode() };
  }

  /** Before the first row group of a file. */
  begin(): void {
    this.clear();
    this.#texts.begin();
  }

  clear(): void {
    for (const part of [this.definition, this.repetition, this.#texts, this.#numbers, this.#truths])
      part.clear();
  }

  #addLevels(repetition: number, definition: number): void {
    if (this.#isRepeated) this.repetition.add(repetition);
    this.definition.add(definition);
  }

  #addString(text: string): void {
    scratch.set(text);
    this.#texts.add(scratch.bytes, 0, scratch.length);
  }

  #addValue(value: unknown): void {
    if (this.type === "VARCHAR" && typeof value === "string") this.#addString(value);
    else if (this.type === "BOOLEAN" && typeof value === "boolean") this.#truths.add(value ? 1 : 0);
    else if (this.type === "UBIGINT" && value instanceof Uint8Array)
      this.#numbers.addHalves(...halves(value));
    else if (typeof value !== "number") throw wrong(this, value);
    else if (this.type === "DOUBLE") this.#numbers.addDouble(value);
    else if (!Number.isSafeInteger(value)) throw wrong(this, value);
    else if (this.type === "BIGINT") this.#numbers.addInt64(value);
    else if (this.type === "INTEGER" && value === (value | 0)) this.#numbers.addInt32(value);
    else throw wrong(this, value);
  }
}

/** For whatever text is put down next. */
const scratch = new TextBytes();

/** Of a number of 8 bytes, high byte first. */
function halves(bytes: Uint8Array): [low: number, high: number] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = bytes;
  return [((e << 24) | (f << 16) | (g << 8) | h) >>> 0, (a << 24) | (b << 16) | (c << 8) | d];
}

function wrong({ path, type }: Leaf, value: unknown): TypeError {
  return new TypeError(`${path.join(".")} is a ${typeof value}, no ${type}`);
}
