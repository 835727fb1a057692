import type { JsonReader } from "../../../formats/json/json-reader.ts";
import type { DocumentRows, RefuseLine } from "../../documents/document-rows.ts";
import { BLOCK_ROWS, type BlockRows, TextBlock } from "../../records/text-block.ts";

/** Objects of JSON, one a line, as rows of texts: a value that is no text stands as it is written. */
export function lineRows(json: JsonReader, columns: readonly string[], rows: BlockRows): DocumentRows {
  const block = new TextBlock(json.bytes, columns.length);
  const flush = (refuse: RefuseLine): void => {
    if (block.rows > 0) rows.take(block, refuse);
    block.rows = 0;
  };
  return {
    fields: Object.fromEntries(columns.map((name) => [name, "VARCHAR"] as const)),
    files: rows.files,
    refusal: () => null,
    add(_, document, line, refuse) {
      if (block.bytes !== json.bytes) flush(refuse);
      block.bytes = json.bytes;
      const { nodes } = json;
      for (let column = 0, cell = block.rows; column < columns.length; column += 1, cell += BLOCK_ROWS) {
        const node = nodes.member(document, column);
        block.starts[cell] = nodes.first(node);
        block.ends[cell] = nodes.second(node);
      }
      block.places[block.rows] = line;
      block.rows += 1;
      // Texts with escapes are good until the next document.
      if (block.isFull || json.hasPut) flush(refuse);
    },
    endBatch: flush,
  };
}
