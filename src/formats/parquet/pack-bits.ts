/** Widths that whole bytes are made of; Parquet lets a writer take more bits than it needs. */
const WIDTHS = [1, 2, 4, 8] as const;

/** How many bits each of so many numbers gets. */
export function widthFor(count: number): number {
  return WIDTHS.find((width) => count <= 2 ** width) ?? 8;
}

/**
 * Small numbers as one run: repeated when all are the same, else packed from the lowest bit up, in groups of eight.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function packBits(numbers: Uint8Array, width: number): Buffer {
  const first = numbers[0] ?? 0;
  let same = 0;
  while (same < numbers.length && numbers[same] === first) same += 1;
  if (same === numbers.length) {
    return Buffer.concat([leb128(numbers.length * 2), Buffer.of(first)]);
  }
  const groups = Math.ceil(numbers.length / 8);
  const packed = Buffer.alloc(groups * width);
  let at = 0;
  for (let byte = 0; at < numbers.length; byte += 1) {
    let bits = 0;
    for (let shift = 0; shift < 8; shift += width) {
      // Behind the last number there is nothing.
      bits |= (numbers[at] ?? 0) << shift;
      at += 1;
    }
    packed[byte] = bits;
  }
  return Buffer.concat([leb128(groups * 2 + 1), packed]);
}

/** A whole number below 2^31. */
export function leb128(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
