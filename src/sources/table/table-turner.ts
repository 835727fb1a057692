import type { Pack } from "../../core/zstd.ts";
import type { BatchTurner } from "../documents/serve-batches.ts";
import { LineTurner } from "../documents/turn-lines.ts";
import { RecordTurner } from "../records/record-turner.ts";
import type { BlockRows } from "../records/text-block.ts";
import type { Mapping } from "./mapping.ts";
import { lineRows } from "./rows/line-rows.ts";
import { TableRows } from "./rows/table-rows.ts";
import { recordForm, type TextShape } from "./table-file.ts";

/** What a thread is told of a table. */
export interface TableInput {
  readonly shape: TextShape;
  readonly mapping: Mapping;
}

/** What makes tracks of the records or lines of a table. */
export function tableTurner(input: unknown, sourceName: string, pack: Pack): BatchTurner {
  const { shape, mapping } = input as TableInput;
  return textTurner(shape, new TableRows(mapping, shape.columns, sourceName, pack));
}

/** What reads the records or lines of a table as rows of texts. */
export function textTurner({ reader, columns }: TextShape, rows: BlockRows): BatchTurner {
  return reader.kind === "csv"
    ? new RecordTurner(recordForm(reader), columns.length, rows)
    : new LineTurner((json) => lineRows(json, columns, rows));
}
