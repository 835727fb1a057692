import { LineSplitter, type Splitter } from "../lines/line-splitter.ts";
import { type RecordForm, RecordSplitter } from "../records/record-splitter.ts";

/** What cuts records of CSV, where they have a form, or else lines. */
export function splitterOf(records: RecordForm | null, isJson: boolean, batchBytes: number): Splitter {
  return records === null
    ? new LineSplitter({ batchBytes, isJson })
    : new RecordSplitter(records, batchBytes);
}
