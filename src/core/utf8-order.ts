/** The order of texts by their bytes of UTF-8, which is that of the database. */
export function utf8Order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
