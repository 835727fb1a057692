import { grownArray } from "../../core/grown-array.ts";
import type { ViewedBytes } from "../../core/viewed-bytes.ts";
import type { JsonReader } from "../../formats/json/json-reader.ts";
import { WordTable } from "../../formats/parquet/rows/word-table.ts";

const NO_NAME = -1;
const NOTHING = [0, 0] as const;

/** Artists or labels as documents name them: of several names for one id the least. */
export class NamedEntities {
  readonly #ids = new WordTable();
  readonly #names = new WordTable();
  /** The number of the name of each id. */
  #nameOf = new Int32Array(1024);

  /** Id and name are bytes [from, to); where both ends are the same, there is no name. */
  add(bytes: ViewedBytes, idFrom: number, idTo: number, nameFrom: number, nameTo: number): void {
    const known = this.#ids.size;
    const id = this.#ids.add(bytes, idFrom, idTo);
    const former = this.#nameOf[id] ?? NO_NAME;
    const isSame = id !== known && former !== NO_NAME && this.#names.isWord(former, bytes, nameFrom, nameTo);
    if (isSame) return;
    const name = nameFrom === nameTo ? NO_NAME : this.#names.add(bytes, nameFrom, nameTo);
    if (id === known) {
      if (id === this.#nameOf.length) this.#nameOf = grownArray(this.#nameOf);
      this.#nameOf[id] = name;
      return;
    }
    if (name === NO_NAME) return;
    const isLess = former === NO_NAME || Buffer.compare(this.#names.word(name), this.#names.word(former)) < 0;
    if (isLess) this.#nameOf[id] = name;
  }

  /** Id and name are nodes, which are 0 where there is nothing. */
  addNode({ nodes, bytes }: JsonReader, id: number, name: number): void {
    if (id === 0) return;
    const [from, to] = name === 0 ? NOTHING : [nodes.first(name), nodes.second(name)];
    this.add(bytes, nodes.first(id), nodes.second(id), from, to);
  }

  /** Ids with their names, in the order in which they came. */
  *entries(): Generator<readonly [id: string, name: string | null]> {
    for (let id = 0; id < this.#ids.size; id += 1) {
      const name = this.#nameOf[id] ?? NO_NAME;
      yield [textOf(this.#ids.word(id)), name === NO_NAME ? null : textOf(this.#names.word(name))];
    }
  }

  clear(): void {
    this.#ids.clear();
    this.#names.clear();
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
