const SLICES = 8;

/**
 * CRC-16 with the polynomial x¹⁶ + x¹⁵ + x² + 1, not reflected: of FLAC frames (start 0; RFC 9639, 9.3) and of MPEG
 * audio frames (start 0xffff; ISO/IEC 11172-3, 2.4.3.1).
 */
export function crc16(crc: number, bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let value = crc;
  let at = start;
  for (; at + SLICES <= end; at += SLICES) {
    value =
      table(7, byteAt(bytes, at) ^ (value >>> 8)) ^
      table(6, byteAt(bytes, at + 1) ^ (value & 0xff)) ^
      table(5, byteAt(bytes, at + 2)) ^
      table(4, byteAt(bytes, at + 3)) ^
      table(3, byteAt(bytes, at + 4)) ^
      table(2, byteAt(bytes, at + 5)) ^
      table(1, byteAt(bytes, at + 6)) ^
      table(0, byteAt(bytes, at + 7));
  }
  for (; at < end; at++) value = ((value << 8) & 0xffff) ^ table(0, (value >>> 8) ^ byteAt(bytes, at));
  return value;
}

function table(slice: number, byte: number): number {
  return TABLES[(slice << 8) | byte] ?? 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** Slice n tells what a byte does that lies n bytes before the end of a group. */
const TABLES: Uint16Array = new Uint16Array(SLICES * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) !== 0 ? ((crc << 1) ^ 0x8005) & 0xffff : crc << 1;
  TABLES[byte] = crc;
}
for (let index = 256; index < TABLES.length; index++) {
  const before = TABLES[index - 256] ?? 0;
  TABLES[index] = ((before << 8) & 0xffff) ^ (TABLES[before >>> 8] ?? 0);
}
