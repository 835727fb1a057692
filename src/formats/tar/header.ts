/** POSIX.1-1988 ustar: everything in a tar stands in blocks of this many bytes. */
export const TAR_BLOCK_BYTES = 512;

/** Largest size that eleven octal digits hold: 8 GiB - 1. */
export const MAX_OCTAL_SIZE_BYTES: number = 8 ** 11 - 1;

export interface TarHeader {
  /** Bytes of the name, the `prefix` field and a slash before it when there is one. */
  readonly nameBytes: Buffer;
  readonly sizeBytes: number;
  /** One character; `0` for a regular file, also for the NUL of old archives. */
  readonly type: string;
}

/** A header, or null for a block of zeros, which belongs to the end of the archive. */
export type TarHeaderResult =
  | { readonly ok: true; readonly header: TarHeader | null }
  | { readonly ok: false; readonly reason: string };

/**
 * Writes one ustar header block: mode 0644, owner 0:0 without names, modification time 0. `name` is at most 100 bytes.
 *
 * | offset | bytes | field | value |
 * |---|---|---|---|
 * | 0 | 100 | name | then NULs |
 * | 100, 108, 116 | 8 each | mode, uid, gid | `0000644`, `0000000`, `0000000`, NUL |
 * | 124, 136 | 12 each | size, mtime | 11 octal digits, NUL |
 * | 148 | 8 | checksum | 6 octal digits, NUL, space |
 * | 156 | 1 | type | `0` file, `x` pax header |
 * | 257, 263 | 6, 2 | magic, version | `ustar` NUL, `00` |
 * | 329, 337 | 8 each | device numbers | `0000000`, NUL |
 *
 * All else is NUL. The checksum is the sum of the block's bytes with its own field as spaces.
 */
export function ustarBlock(name: Buffer, sizeBytes: number, type: "0" | "x"): Buffer {
  if (name.length > NAME.length)
    throw new RangeError(`a name of ${name.length} bytes does not fit a ustar header`);
  if (sizeBytes > MAX_OCTAL_SIZE_BYTES) throw new RangeError(`${sizeBytes} bytes do not fit a ustar header`);
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  name.copy(block, NAME.offset);
  block.write("0000644\x000000000\x000000000\0", MODE_OFFSET, "latin1");
  block.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, SIZE.offset, "latin1");
  block.write("00000000000\0", MTIME_OFFSET, "latin1");
  block.write(`${type}`, TYPE_OFFSET, "latin1");
  block.write(`${POSIX_MAGIC}00`, MAGIC_OFFSET, "latin1");
  block.write("0000000\x000000000\0", DEVICE_OFFSET, "latin1");
  block.write(`${checksumOf(block).toString(8).padStart(6, "0")}\0 `, CHECKSUM.offset, "latin1");
  return block;
}

/**
 * Reads one header block of a v7, ustar, pax or GNU archive. Refuses a wrong checksum, a size that is negative, beyond 2^53 or
 * no number, and a name with bytes behind its NUL. What the type means is the caller's business.
 */
export function parseTarHeader(block: Uint8Array): TarHeaderResult {
  if (block.length !== TAR_BLOCK_BYTES) return { ok: false, reason: `a header is ${TAR_BLOCK_BYTES} bytes` };
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const sum = parseNumber(field(bytes, CHECKSUM));
  if (sum !== checksumOf(bytes)) {
    return bytes.equals(ZERO_BLOCK)
      ? { ok: true, header: null }
      : { ok: false, reason: "wrong header checksum" };
  }
  const sizeBytes = parseNumber(field(bytes, SIZE));
  if (sizeBytes === null) return { ok: false, reason: "size out of bounds, or not a number" };
  const name = parseText(field(bytes, NAME));
  // GNU archives keep other things where POSIX ones keep the prefix.
  const isPosix = bytes.toString("latin1", MAGIC_OFFSET, MAGIC_OFFSET + POSIX_MAGIC.length) === POSIX_MAGIC;
  const prefix = isPosix ? parseText(field(bytes, PREFIX)) : Buffer.alloc(0);
  if (name === null || prefix === null) return { ok: false, reason: "bytes after the NUL of a name" };
  const nameBytes = prefix.length > 0 ? Buffer.concat([prefix, SLASH, name]) : Buffer.from(name);
  const type = String.fromCharCode(bytes[TYPE_OFFSET] || 0x30);
  return { ok: true, header: { nameBytes, sizeBytes, type } };
}

interface Field {
  readonly offset: number;
  readonly length: number;
}

const NAME: Field = { offset: 0, length: 100 };
const MODE_OFFSET = 100;
const SIZE: Field = { offset: 124, length: 12 };
const MTIME_OFFSET = 136;
const CHECKSUM: Field = { offset: 148, length: 8 };
const TYPE_OFFSET = 156;
const MAGIC_OFFSET = 257;
const DEVICE_OFFSET = 329;
const PREFIX: Field = { offset: 345, length: 155 };
const POSIX_MAGIC = "ustar\0";
const SLASH = Buffer.from("/");
const SPACE = 0x20;
const ZERO_BLOCK = Buffer.alloc(TAR_BLOCK_BYTES);

function field(block: Buffer, { offset, length }: Field): Buffer {
  return block.subarray(offset, offset + length);
}

function checksumOf(block: Buffer): number {
  let sum = CHECKSUM.length * SPACE;
  for (let index = 0; index < TAR_BLOCK_BYTES; index += 1) {
    if (index < CHECKSUM.offset || index >= CHECKSUM.offset + CHECKSUM.length) sum += block[index] ?? 0;
  }
  return sum;
}

/** Octal digits with spaces around them, or base 256 when the first bit is set (GNU); null when out of bounds or neither. */
function parseNumber(bytes: Buffer): number | null {
  const first = bytes[0] ?? 0;
  if (first >= 0x80) {
    // 0x80 begins a positive number, 0xff a negative one; anything between is beyond 2^53 anyway.
    if (first !== 0x80) return null;
    let value = 0;
    for (const byte of bytes.subarray(1)) {
      value = value * 256 + byte;
      if (!Number.isSafeInteger(value)) return null;
    }
    return value;
  }
  const match = /^ *([0-7]+)[ \0]*$/.exec(bytes.toString("latin1"));
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 8);
}

/** Bytes up to the first NUL, or null when others than NUL come after it. */
function parseText(bytes: Buffer): Buffer | null {
  const end = bytes.indexOf(0);
  if (end === -1) return bytes;
  return bytes.subarray(end).every((byte) => byte === 0) ? bytes.subarray(0, end) : null;
}
