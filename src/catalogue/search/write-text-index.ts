import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  ByteWriter,
  DOCUMENTS_BLOCK,
  encodeDocumentsBlock,
  encodePostings,
  encodeTermsBlock,
  type IndexedDocument,
  TERMS_BLOCK,
  type TermEntry,
} from "../../formats/text-index/index.ts";
import { IndexFileWriter } from "../look-up/index-file-writer.ts";
import { mergeRuns } from "./merge-runs.ts";
import { PostingsRun, type RunRecord } from "./postings-run.ts";
import { TEXT_FILES } from "./text-files.ts";
import { writeTypoFile } from "./typo-file.ts";

export interface WriteTextIndexOptions {
  readonly folder: string;
  /** For runs that wait to be merged; on a disk with about 10 bytes for each document. */
  readonly scratch: string;
  readonly source: Uint8Array;
  /** Best first: their order is their number. */
  readonly documents: AsyncIterable<IndexedDocument>;
  readonly onDocuments?: (count: number) => void;
}

/** Folders of runs in the scratch folder start with this. */
export const RUNS_PREFIX = "text-runs-";

/** Texts in the index are cut at so many UTF-16 units. */
const MAX_TEXT_UNITS = 512;
/** Blocks of documents that are deflated beside the work on words. */
const BLOCKS_AT_ONCE = 32;
const REPORT_EVERY = 65_536;

/**
 * Writes a text index: one pass over the documents, then a merge of sorted runs. Memory stays bounded (some 250 MB)
 * whatever the number of documents; the longest postings list has to fit.
 */
export async function writeTextIndex(
  options: WriteTextIndexOptions,
): Promise<{ documents: number; terms: number }> {
  const runsFolder = mkdtempSync(join(options.scratch, RUNS_PREFIX));
  try {
    const { runs, documents } = await writeDocuments(options, runsFolder);
    const terms = await writeTerms(options, mergeRuns(runs), documents);
    await writeTypoFile({ folder: options.folder, source: options.source });
    return { documents, terms };
  } finally {
    rmSync(runsFolder, { recursive: true, force: true });
  }
}

async function writeDocuments(
  { folder, source, documents, onDocuments }: WriteTextIndexOptions,
  runsFolder: string,
): Promise<{ runs: string[]; documents: number }> {
  const writer = new IndexFileWriter(join(folder, TEXT_FILES.documents));
  const offsets: number[] = [];
  const encoding: Promise<Buffer>[] = [];
  const run = new PostingsRun();
  const runs: string[] = [];
  const endRun = (): void => {
    const path = join(runsFolder, `${runs.length}`);
    run.write(path);
    runs.push(path);
  };
  let block: IndexedDocument[] = [];
  /** Writes the oldest blocks until at most so many are still being encoded. */
  const writeBlocks = async (left: number): Promise<void> => {
    for (const bytes of encoding.splice(0, encoding.length - left)) {
      const encoded = await bytes;
      offsets.push(writer.length);
      writer.append(encoded);
    }
  };
  let count = 0;
  for await (const given of documents) {
    const document = { ...given, title: cutText(given.title), artist: cutText(given.artist) };
    run.add(count, document.title, document.artist);
    block.push(document);
    if (block.length === DOCUMENTS_BLOCK) {
      encoding.push(encodeDocumentsBlock(block));
      block = [];
      if (encoding.length === 2 * BLOCKS_AT_ONCE) await writeBlocks(BLOCKS_AT_ONCE);
    }
    if (run.isFull) endRun();
    count += 1;
    if (count % REPORT_EVERY === 0) onDocuments?.(REPORT_EVERY);
  }
  onDocuments?.(count % REPORT_EVERY);
  if (block.length > 0) encoding.push(encodeDocumentsBlock(block));
  await writeBlocks(0);
  if (!run.isEmpty) endRun();
  const tableOffset = writer.length;
  const table = Buffer.alloc(8 * offsets.length);
  for (const [at, offset] of offsets.entries()) table.writeBigUInt64LE(BigInt(offset), 8 * at);
  writer.append(table);
  await writer.publish({ kind: "documents", parameter: DOCUMENTS_BLOCK, count, tableOffset, source });
  return { runs, documents: count };
}

/** Writes dictionary and postings; gives the number of terms. */
async function writeTerms(
  { folder, source }: WriteTextIndexOptions,
  records: Iterable<RunRecord>,
  documents: number,
): Promise<number> {
  const terms = new IndexFileWriter(join(folder, TEXT_FILES.terms));
  const postings = new IndexFileWriter(join(folder, TEXT_FILES.postings));
  const table = new ByteWriter();
  const encoded = new ByteWriter();
  let block: TermEntry[] = [];
  const endBlock = (): void => {
    const before = terms.length;
    encoded.clear();
    encodeTermsBlock(block, encoded);
    terms.append(encoded.bytes);
    table.varint(terms.length - before);
    table.varint(block.reduce((sum, { documentCount }) => sum + documentCount, 0));
    table.text(block[0]?.term ?? "");
    block = [];
  };
  let count = 0;
  for (const record of records) {
    const offset = postings.length;
    encoded.clear();
    encodePostings(record.documents, encoded);
    postings.append(encoded.bytes);
    block.push({ term: record.term, documentCount: record.documents.length, offset, length: encoded.length });
    count += 1;
    if (block.length === TERMS_BLOCK) endBlock();
  }
  if (block.length > 0) endBlock();
  const tableOffset = terms.length;
  terms.append(table.bytes);
  await postings.publish({ kind: "postings", parameter: 0, count: documents, tableOffset: 0, source });
  await terms.publish({ kind: "terms", parameter: TERMS_BLOCK, count, tableOffset, source });
  return count;
}

function cutText(text: string): string {
  return text.length <= MAX_TEXT_UNITS ? text : text.slice(0, MAX_TEXT_UNITS).toWellFormed();
}
