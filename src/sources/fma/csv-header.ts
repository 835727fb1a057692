import { UsageError } from "../../core/errors.ts";
import type { RecordForm } from "../records/record-splitter.ts";

/** How the first lines of a file name its columns. */
export interface CsvHeader {
  readonly columns: readonly string[];
  readonly lines: number;
}

/** Files of FMA have commas, and so many lines of names before the records. */
export function recordForm(headerLines: number): RecordForm {
  return { delimiter: ",", headerLines };
}

/** One line of names; or two, group and name, and a third that names the index alone: `track.title`, and `track_id`. */
export function readHeader(head: Buffer, shown: string): CsvHeader {
  const text = head.toString("utf8").replace(/^\ufeff/, "");
  const [first = [], second = [], third = []] = text
    .split(/\r?\n/, 3)
    .map((line) => line.split(",").map((name) => name.trim()));
  if (first[0] !== "") return { columns: first, lines: 1 };
  if (third[0] !== "track_id" || first.length !== second.length) {
    throw new UsageError(`"${shown}" has neither one line of names nor the three of tracks.csv`, {
      hint: "give the files of fma_metadata.zip as they are",
    });
  }
  const columns = first.map((group, index) => (index === 0 ? "track_id" : `${group}.${second[index] ?? ""}`));
  return { columns, lines: 3 };
}
