import { join } from "node:path";

/** Where the rows of a part are. */
export function partPath(folder: string, name: string): string {
  return join(folder, `${name}.parquet`);
}

/** Where the ids of the rows of all parts that have them are, one part after the other, 8 bytes each, low byte first. */
export function idsPath(folder: string): string {
  return join(folder, "ids");
}
