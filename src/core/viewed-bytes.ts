/** Bytes, and the same memory as a view, by which four of them are read at a time. */
export interface ViewedBytes {
  readonly array: Uint8Array;
  readonly view: DataView;
}

export function viewedBytes(array: Uint8Array): ViewedBytes {
  return { array, view: new DataView(array.buffer, array.byteOffset, array.byteLength) };
}

/** New memory, whatever is in it. */
export function newBytes(length: number): ViewedBytes {
  return viewedBytes(Buffer.allocUnsafeSlow(length));
}

/** The first `used` bytes in larger memory. */
export function grownBytes({ array }: ViewedBytes, used: number, length: number): ViewedBytes {
  const larger = newBytes(length);
  larger.array.set(array.subarray(0, used));
  return larger;
}

/** Copies bytes [from, to) to `into`, where there is room for them: for some ten bytes this is faster than a call of `set`. */
export function copyBytes(
  source: ViewedBytes,
  from: number,
  to: number,
  target: ViewedBytes,
  into: number,
): void {
  let at = from;
  let out = into;
  for (; at + 4 <= to; at += 4, out += 4) target.view.setInt32(out, source.view.getInt32(at, true), true);
  for (; at < to; at += 1, out += 1) target.array[out] = source.array[at] ?? 0;
}
