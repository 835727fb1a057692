import { join } from "node:path";

/** Where the rows of a part are. */
export function partPath(folder: string, name: string): string {
  return join(folder, `${name}.parquet`);
}

/** Where the ids of the rows of a part are, 8 bytes each, low byte first. */
export function idsPath(folder: string, name: string): string {
  return join(folder, `${name}.ids`);
}
