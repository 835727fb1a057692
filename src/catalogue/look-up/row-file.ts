import { z } from "zod";
import {
  type CellOfRow,
  isKnownType,
  ROWS_BLOCK,
  type RowColumn,
  RowsBlock,
} from "../../formats/row-blocks/index.ts";
import { IndexFile } from "./index-file.ts";

const CACHED_BLOCKS = 32;
const MAX_COLUMNS_BYTES = 65_536;
const columnsSchema = z.array(z.tuple([z.string(), z.string()])).max(1000);

/** Rows of the tracks of a generation by their number, one small read each; see `docs/formats/row-store.md`. */
export class RowFile {
  readonly #file: IndexFile;
  readonly #columns: readonly RowColumn[];
  readonly #blocks: Map<number, RowsBlock> = new Map();

  /** Throws `DamagedIndexError` for a file that cannot be used, or was made from other segments than `source` says. */
  constructor(path: string, source?: Uint8Array) {
    this.#file = IndexFile.open(path, "rows", source);
    try {
      const { parameter, count, tableOffset, bodyBytes } = this.#file.header;
      if (parameter !== ROWS_BLOCK || tableOffset + 8 * count !== bodyBytes) {
        throw this.#file.damaged("its table contradicts its header");
      }
      this.#columns = this.#readColumns();
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** The row of this number, from 0, without the track id, by which its number was found; null beyond the end. */
  row(ordinal: number): Record<string, CellOfRow> | null {
    const block = this.#block(Math.floor(ordinal / ROWS_BLOCK));
    return block && this.#file.decode(() => block.row(ordinal % ROWS_BLOCK));
  }

  close(): void {
    this.#file.close();
  }

  #readColumns(): readonly RowColumn[] {
    const length = this.#file.read(0, 4).readUInt32LE(0);
    if (length > MAX_COLUMNS_BYTES) throw this.#file.damaged("it names too many columns");
    const parsed = columnsSchema.safeParse(jsonOrNull(this.#file.read(4, length)));
    if (!parsed.success || parsed.data.some(([, type]) => !isKnownType(type))) {
      throw this.#file.damaged("its columns are not understood");
    }
    return parsed.data.map(([name, type]) => ({ name, type }));
  }

  #block(number: number): RowsBlock | null {
    const known = this.#blocks.get(number);
    if (known) return known;
    const { tableOffset, count } = this.#file.header;
    if (!(number >= 0 && number < count)) return null;
    const isLast = number + 1 === count;
    const ends = this.#file.read(tableOffset + 8 * number, isLast ? 8 : 16);
    const start = Number(ends.readBigUInt64LE(0));
    const end = isLast ? tableOffset : Number(ends.readBigUInt64LE(8));
    const bytes = this.#file.read(start, end - start);
    const block = this.#file.decode(() => new RowsBlock(this.#columns, bytes));
    if (this.#blocks.size >= CACHED_BLOCKS) this.#blocks.clear();
    this.#blocks.set(number, block);
    return block;
  }
}

function jsonOrNull(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
