/** Small numbers at dense places, in as few bits each as they need: a table of one byte an album would not fit into the caches. */
export interface PackedTypes {
  /** Shared memory. */
  readonly bytes: Uint8Array;
  /** Places in a byte: 1, 2, 4 or 8, as a power of two. */
  readonly shift: number;
}

export function createPackedTypes(places: number, largest: number): PackedTypes {
  const bits = [1, 2, 4, 8].find((width) => largest < 2 ** width) ?? 8;
  const shift = Math.log2(8 / bits);
  return { bytes: new Uint8Array(new SharedArrayBuffer(Math.ceil(places / 2 ** shift))), shift };
}

/** Puts a number where there is 0. */
export function putType({ bytes, shift }: PackedTypes, place: number, type: number): void {
  const at = Math.floor(place / 2 ** shift);
  bytes[at] = (bytes[at] ?? 0) | (type << ((place % 2 ** shift) * (8 >> shift)));
}

/** For a loop: what each row's place has; 0 for places that are not there. */
export function typeReader({ bytes, shift }: PackedTypes): (place: number) => number {
  const inByte = (1 << shift) - 1;
  const bits = 8 >> shift;
  const mask = (1 << bits) - 1;
  return (place) => ((bytes[place >> shift] ?? 0) >> ((place & inByte) * bits)) & mask;
}
