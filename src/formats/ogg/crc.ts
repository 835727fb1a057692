/** RFC 3533, 6, field 9: polynomial 0x04c11db7, start 0, neither reflected nor inverted at the end. */
const POLYNOMIAL = 0x04c11db7;

/** Slicing by 16: table k (256 entries) holds the CRC of each byte followed by k zero bytes. */
const SLICES = 16;
const TABLES = buildTables();

/** The CRC of `bytes[start, end)`, continuing from `crc`; unsigned. */
export function oggCrc32(bytes: Uint8Array, start: number, end: number, crc = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Every index is in range by construction; a check on each would cost a tenth of the speed.
  const t = TABLES as { readonly [at: number]: number };
  let rest = crc | 0;
  let at = start;
  for (; at + SLICES <= end; at += SLICES) {
    const w = rest ^ view.getInt32(at);
    const x = view.getInt32(at + 4);
    const y = view.getInt32(at + 8);
    const z = view.getInt32(at + 12);
    rest =
      (t[3840 + (w >>> 24)] as number) ^
      (t[3584 + ((w >>> 16) & 255)] as number) ^
      (t[3328 + ((w >>> 8) & 255)] as number) ^
      (t[3072 + (w & 255)] as number) ^
      (t[2816 + (x >>> 24)] as number) ^
      (t[2560 + ((x >>> 16) & 255)] as number) ^
      (t[2304 + ((x >>> 8) & 255)] as number) ^
      (t[2048 + (x & 255)] as number) ^
      (t[1792 + (y >>> 24)] as number) ^
      (t[1536 + ((y >>> 16) & 255)] as number) ^
      (t[1280 + ((y >>> 8) & 255)] as number) ^
      (t[1024 + (y & 255)] as number) ^
      (t[768 + (z >>> 24)] as number) ^
      (t[512 + ((z >>> 16) & 255)] as number) ^
      (t[256 + ((z >>> 8) & 255)] as number) ^
      (t[z & 255] as number);
  }
  for (; at < end; at++) rest = (rest << 8) ^ (t[(rest >>> 24) ^ view.getUint8(at)] as number);
  return rest >>> 0;
}

function buildTables(): Int32Array {
  const tables = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const shorter = tables[at - 256] ?? 0;
    tables[at] = (shorter << 8) ^ (tables[shorter >>> 24] ?? 0);
  }
  return tables;
}
