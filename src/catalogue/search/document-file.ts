import { DOCUMENTS_BLOCK, DocumentsBlock, type IndexedDocument } from "../../formats/text-index/index.ts";
import { IndexFile } from "../look-up/index-file.ts";
import { termsOf } from "./words.ts";

const CACHED_BLOCKS = 64;

/** What the text index keeps of each track to show it, by rank. */
export class DocumentFile {
  readonly #file: IndexFile;
  readonly #blocks: Map<number, DocumentsBlock> = new Map();

  #blocksRead = 0;

  constructor(path: string, source?: Uint8Array) {
    this.#file = IndexFile.open(path, "documents", source);
    const { parameter, count, tableOffset, bodyBytes } = this.#file.header;
    if (parameter !== DOCUMENTS_BLOCK || tableOffset + 8 * Math.ceil(count / DOCUMENTS_BLOCK) !== bodyBytes) {
      this.#file.close();
      throw this.#file.damaged("its table contradicts its header");
    }
  }

  /** Blocks that were read and inflated so far: what looking at documents costs. */
  get blocksRead(): number {
    return this.#blocksRead;
  }

  get count(): number {
    return this.#file.header.count;
  }

  document(number: number): IndexedDocument {
    const block = this.#block(Math.floor(number / DOCUMENTS_BLOCK));
    const document = this.#file.decode(() => block.document(number % DOCUMENTS_BLOCK));
    if (!document) throw this.#file.damaged(`it has no document ${number}`);
    return document;
  }

  /** The terms under which a document is indexed. */
  terms(number: number): ReadonlySet<string> {
    const { title, artist } = this.document(number);
    return termsOf(title, artist);
  }

  close(): void {
    this.#file.close();
  }

  #block(number: number): DocumentsBlock {
    const known = this.#blocks.get(number);
    if (known) return known;
    const { tableOffset, count } = this.#file.header;
    const isLast = (number + 1) * DOCUMENTS_BLOCK >= count;
    const ends = this.#file.read(tableOffset + 8 * number, isLast ? 8 : 16);
    const start = Number(ends.readBigUInt64LE(0));
    const end = isLast ? tableOffset : Number(ends.readBigUInt64LE(8));
    const bytes = this.#file.read(start, end - start);
    const block = this.#file.decode(() => new DocumentsBlock(bytes));
    this.#blocksRead += 1;
    if (this.#blocks.size >= CACHED_BLOCKS) this.#blocks.clear();
    this.#blocks.set(number, block);
    return block;
  }
}
