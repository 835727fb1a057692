/** Widths that whole bytes are made of; Parquet lets a writer take more bits than it needs. */
const WIDTHS = [1, 2, 4, 8] as const;

/** How many bits each of so many numbers gets. */
export function widthFor(count: number): number {
  return WIDTHS.find((width) => count <= 2 ** width) ?? 8;
}

/**
 * Numbers of so many bits (at most 16) as one run: repeated when all are the same, else packed from the lowest bit up, in groups of
 * eight. https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function packBits(numbers: Uint8Array | Uint16Array, width: number): Buffer {
  if (numbers.length === 0) return repeated(0, 0, width);
  const first = numbers[0] ?? 0;
  let same = 1;
  while (same < numbers.length && numbers[same] === first) same += 1;
  if (same === numbers.length) return repeated(first, numbers.length, width);
  const groups = Math.ceil(numbers.length / 8);
  const packed = Buffer.alloc(groups * width);
  if (width === 1) packTruths(numbers, packed);
  else packInto(numbers, width, packed);
  return Buffer.concat([leb128(groups * 2 + 1), packed]);
}

/** Eight numbers at a time, each 0 or 1; behind the last there is nothing. */
function packTruths(numbers: Uint8Array | Uint16Array, packed: Buffer): void {
  const whole = numbers.length & ~7;
  for (let at = 0; at < whole; at += 8) {
    packed[at >> 3] =
      (numbers[at] ?? 0) |
      ((numbers[at + 1] ?? 0) << 1) |
      ((numbers[at + 2] ?? 0) << 2) |
      ((numbers[at + 3] ?? 0) << 3) |
      ((numbers[at + 4] ?? 0) << 4) |
      ((numbers[at + 5] ?? 0) << 5) |
      ((numbers[at + 6] ?? 0) << 6) |
      ((numbers[at + 7] ?? 0) << 7);
  }
  for (let at = whole; at < numbers.length; at += 1) {
    packed[at >> 3] = (packed[at >> 3] ?? 0) | ((numbers[at] ?? 0) << (at & 7));
  }
}

/** 32 bits at a time; behind the last number there is nothing. */
function packInto(numbers: Uint8Array | Uint16Array, width: number, packed: Buffer): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  let bits = 0;
  let waiting = 0;
  let byte = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    bits |= number << waiting;
    waiting += width;
    if (waiting < 32) continue;
    view.setInt32(byte, bits, true);
    byte += 4;
    waiting -= 32;
    // What did not fit in. A shift by 32 would be one by 0.
    bits = waiting === 0 ? 0 : number >>> (width - waiting);
  }
  for (; waiting > 0; waiting -= 8, bits >>>= 8, byte += 1) packed[byte] = bits;
}

/** A number of so many bits, so often, as one run. */
export function repeated(number: number, count: number, width: number): Buffer {
  const value = width > 8 ? Buffer.of(number & 0xff, number >>> 8) : Buffer.of(number);
  return Buffer.concat([leb128(count * 2), value]);
}

/** A whole number below 2^31. */
export function leb128(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
