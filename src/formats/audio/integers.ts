/**
 * Integers out of bytes. Bytes past the end read as zero, so that no read can throw: the caller checks the
 * length where a short buffer must be told from zeros.
 */

export function u8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function u16le(bytes: Uint8Array, at: number): number {
  return u8(bytes, at) | (u8(bytes, at + 1) << 8);
}

export function u16be(bytes: Uint8Array, at: number): number {
  return (u8(bytes, at) << 8) | u8(bytes, at + 1);
}

export function u24be(bytes: Uint8Array, at: number): number {
  return (u16be(bytes, at) << 8) | u8(bytes, at + 2);
}

export function u32le(bytes: Uint8Array, at: number): number {
  return (u16le(bytes, at) | (u16le(bytes, at + 2) << 16)) >>> 0;
}

export function u32be(bytes: Uint8Array, at: number): number {
  return ((u16be(bytes, at) << 16) | u16be(bytes, at + 2)) >>> 0;
}

/** Exact up to 2^53, which is far beyond any file; larger values lose their low bits but keep their size. */
export function u64be(bytes: Uint8Array, at: number): number {
  return u32be(bytes, at) * 0x1_0000_0000 + u32be(bytes, at + 4);
}

export function u64le(bytes: Uint8Array, at: number): number {
  return u32le(bytes, at + 4) * 0x1_0000_0000 + u32le(bytes, at);
}

/** True when the ASCII characters of `text` stand at `at`. */
export function hasAscii(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** ASCII (other bytes as U+FFFD), for codec names and the like. */
export function asciiAt(bytes: Uint8Array, at: number, length: number): string {
  let text = "";
  for (let i = at; i < at + length && i < bytes.length; i++) {
    const byte = u8(bytes, i);
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "\ufffd";
  }
  return text;
}
