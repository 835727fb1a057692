import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import { isSeen, trimmedEnd, trimmedStart } from "./trim.ts";

/** Takes the spaces around the texts of some columns off. */
export function trimBlock(
  { bytes: { array }, starts, ends, rows, isOdd }: TextBlock,
  columns: readonly number[],
): void {
  for (const column of columns) {
    if (isOdd[column] === 0) continue;
    const end = column * BLOCK_ROWS + rows;
    for (let cell = column * BLOCK_ROWS; cell < end; cell += 1) {
      const from = starts[cell] ?? 0;
      const to = ends[cell] ?? 0;
      if (from === to || (isSeen(array[from]) && isSeen(array[to - 1]))) continue;
      const start = trimmedStart(array, from, to);
      starts[cell] = start;
      ends[cell] = trimmedEnd(array, start, to);
    }
  }
}
