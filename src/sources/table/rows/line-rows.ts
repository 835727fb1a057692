import type { JsonReader } from "../../../formats/json/json-reader.ts";
import type { DocumentRows } from "../../documents/document-rows.ts";
import type { TextRow, TextRows } from "../../records/text-row.ts";

/** Objects of JSON as rows of texts: a value that is no text stands as it is written. */
export function lineRows(json: JsonReader, columns: readonly string[], rows: TextRows): DocumentRows {
  const { nodes } = json;
  const row: TextRow = {
    bytes: json.bytes,
    starts: new Int32Array(columns.length),
    ends: new Int32Array(columns.length),
  };
  rows.begin();
  return {
    fields: Object.fromEntries(columns.map((name) => [name, "VARCHAR"] as const)),
    files: rows.files,
    refusal(_, document) {
      row.bytes = json.bytes;
      for (let place = 0; place < columns.length; place += 1) {
        const node = nodes.member(document, place);
        row.starts[place] = nodes.first(node);
        row.ends[place] = nodes.second(node);
      }
      return rows.refusal(row);
    },
    add: () => rows.add(),
    endBatch: () => rows.begin(),
  };
}
