import { hasAscii, u8 } from "./integers.ts";

export const ID3V2_HEADER_BYTES = 10;

/**
 * Bytes of the ID3v2 tag that begins at `at`, header and footer included; 0 when none begins there.
 * ID3v2.4.0 structure, 3.1: the size is four times seven bits.
 */
export function id3v2Bytes(bytes: Uint8Array, at = 0): number {
  if (bytes.length < at + ID3V2_HEADER_BYTES || !hasAscii(bytes, at, "ID3")) return 0;
  if (u8(bytes, at + 3) === 0xff || u8(bytes, at + 4) === 0xff) return 0;
  let size = 0;
  for (let i = 6; i < ID3V2_HEADER_BYTES; i++) {
    const byte = u8(bytes, at + i);
    if (byte > 127) return 0;
    size = size * 128 + byte;
  }
  const footerBytes = (u8(bytes, at + 5) & 0x10) !== 0 ? ID3V2_HEADER_BYTES : 0;
  return ID3V2_HEADER_BYTES + size + footerBytes;
}
