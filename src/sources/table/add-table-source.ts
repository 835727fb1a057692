import { createHash } from "node:crypto";
import { join, parse } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { silentReporter } from "../../core/reporter.ts";
import { programBeside } from "../../core/run-thread.ts";
import { safeLabel } from "../accession/label.ts";
import type { DocumentFormat, MemberHead } from "../documents/document-format.ts";
import { type ReadDocumentsOptions, readDocuments } from "../documents/read-documents.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { openRecordInput, type RecordInput } from "../facts/record-input.ts";
import { type Mapping, readMapping } from "./mapping.ts";
import { ReleaseWriter } from "./release-writer.ts";
import { isParquet, recordForm, type TextShape, textShapeOf, writeParquetAsLines } from "./table-file.ts";
import type { TableInput } from "./table-turner.ts";

/** To be raised when rows become other tracks: what an earlier version kept is then not used again. */
const ROWS_VERSION = 3;
const MAGIC_BYTES = 4;
const DRY_RUN_ROWS = 1000;
const BATCH_BYTES = 16_777_216;

export interface AddTableSourceOptions extends Omit<AddRecordSourceOptions, "files"> {
  readonly file: string;
  /** A mapping file: docs/formats/mapping.md. */
  readonly mapping: string;
  /** About how much text is turned into rows at a time. */
  readonly batchBytes?: number | undefined;
}

/**
 * Takes a table in: CSV, TSV, JSON lines or Parquet, packed or not, by a mapping. Rows that cannot be used are counted
 * and sampled with their line, and the rest goes in. Throws `UsageError` when the mapping is not valid, or names columns
 * that the file does not have.
 */
export async function addTableSource(options: AddTableSourceOptions): Promise<RecordSourceSummary> {
  const mapping = await readMapping(options.mapping);
  const content = JSON.stringify([ROWS_VERSION, mapping, options.batchBytes ?? null]);
  return await addRecordSource(
    { ...options, files: [options.file] },
    {
      kind: "table",
      defaultLabel: safeLabel(
        parse(options.file).name.replace(/\.(csv|tsv|jsonl|ndjson|json|parquet|tar)$/i, ""),
      ),
      licence: mapping.licence,
      mapping: Object.entries(mapping.columns).flatMap(([from, { field }]) =>
        field === null ? [] : [{ from, to: field }],
      ),
      readsSample: true,
      version: createHash("sha256").update(content).digest("hex"),
      thread: programBeside("./batch-thread", import.meta.url),
      read: async (intake) => {
        const [input] = intake.inputs;
        if (input === undefined) return;
        const releases = new ReleaseWriter(intake.database, mapping, intake.scratch);
        const to: ReadDocumentsOptions = {
          batchBytes: options.batchBytes ?? BATCH_BYTES,
          tables: ["tracks"],
          onParts: (parts) => releases.add(parts),
        };
        intake.writer.onClose(() => releases.close());
        if (isParquet(await input.head(MAGIC_BYTES))) await readParquet(intake, input, mapping, to);
        else await readDocuments(intake, (head) => formatOf(head, mapping), to);
        if (!releases.isEmpty) intake.writer.addLater("releases", () => releases.finish());
      },
    },
  );
}

function formatOf({ file, name, head }: MemberHead, mapping: Mapping): DocumentFormat {
  const shown = name === null ? file : `${file}: ${name}`;
  const shape = withMapped(mapping, textShapeOf(head, shown));
  checkColumns(mapping, shape.reader.kind, shape.columns, shown);
  return textFormat({ shape, mapping });
}

function textFormat(input: TableInput): DocumentFormat {
  const { reader } = input.shape;
  return {
    name: "table",
    input,
    ...(reader.kind === "csv" ? { records: recordForm(reader) } : {}),
  };
}

/** The database knows the format: it writes the rows as lines of text. */
async function readParquet(
  intake: RecordIntake,
  input: RecordInput,
  mapping: Mapping,
  to: ReadDocumentsOptions,
): Promise<void> {
  const { scratch, isDryRun } = intake;
  const database = await intake.database.open();
  const lines = join(scratch, "rows.jsonl");
  const some = isDryRun ? DRY_RUN_ROWS : null;
  const columns = await writeParquetAsLines(database, input.path, lines, input.name, some);
  checkColumns(mapping, "parquet", columns, input.name);
  const shape: TextShape = { reader: { kind: "jsonl" }, columns };
  const written = openRecordInput(lines);
  try {
    const progress = silentReporter.progress("", "bytes");
    const format = { ...textFormat({ shape, mapping }), hidesOffsets: true };
    await readDocuments({ ...intake, inputs: [written], progress }, () => format, to);
  } finally {
    written.close();
  }
}

/** Objects leave out what they do not have: a name may first come up later in the file. */
function withMapped(mapping: Mapping, shape: TextShape): TextShape {
  const mapped = Object.keys(mapping.columns);
  if (shape.reader.kind !== "jsonl" || !mapped.some((name) => shape.columns.includes(name))) return shape;
  return { ...shape, columns: [...new Set([...shape.columns, ...mapped])] };
}

function checkColumns(mapping: Mapping, kind: string, columns: readonly string[], shown: string): void {
  const hint = "make a mapping of this file: deadwax source map FILE -o MAPPING";
  if (mapping.reader.kind !== kind) {
    throw new UsageError(`"${shown}" is ${kind}, the mapping is for ${mapping.reader.kind}`, { hint });
  }
  const missing = Object.entries(mapping.columns).find(
    ([name, { field }]) => field !== null && !columns.includes(name),
  );
  if (missing !== undefined) {
    throw new UsageError(`"${shown}" has no column "${missing[0]}", which the mapping needs`, { hint });
  }
}
