import { join } from "node:path";
import type { IndexedDocument } from "../../formats/text-index/index.ts";
import { KeyFile } from "../look-up/key-file.ts";
import { DocumentFile } from "./document-file.ts";
import { PostingsFile } from "./postings-file.ts";
import { TermFile } from "./term-file.ts";
import { TEXT_FILES } from "./text-files.ts";

/** The open files of one text index. */
export class TextIndex {
  readonly documents: DocumentFile;
  readonly terms: TermFile;
  readonly postings: PostingsFile;
  readonly typos: KeyFile;

  /** Throws `DamagedIndexError` for a file that is not what it should be or was made from something else. */
  constructor(folder: string, source?: Uint8Array) {
    const opened: { close(): void }[] = [];
    const keep = <T extends { close(): void }>(file: T): T => {
      opened.push(file);
      return file;
    };
    try {
      this.documents = keep(new DocumentFile(join(folder, TEXT_FILES.documents), source));
      this.terms = keep(new TermFile(join(folder, TEXT_FILES.terms), source));
      this.postings = keep(new PostingsFile(join(folder, TEXT_FILES.postings), source));
      this.typos = keep(new KeyFile(join(folder, TEXT_FILES.typos), source));
    } catch (error) {
      for (const file of opened) file.close();
      throw error;
    }
  }

  document(number: number): IndexedDocument {
    return this.documents.document(number);
  }

  close(): void {
    for (const file of [this.documents, this.terms, this.postings, this.typos]) file.close();
  }
}
