import { sqlText } from "../../core/database.ts";

/** SQL for the id of a track: the first 8 bytes of SHA-256 over the source's name, a zero byte and the key. */
export function trackIdSql(sourceName: string, keyExpression: string): string {
  const bytes = `encode(${sqlText(sourceName)}) || '\\x00'::blob || encode(${keyExpression})`;
  return `('0x' || substr(sha256(${bytes}), 1, 16))::ubigint`;
}
