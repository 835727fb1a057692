type Numbers = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** The same numbers in an array of another length, twice as long unless told; what is new is 0. */
export function grownArray<Kind extends Numbers>(array: Kind, length: number = 2 * array.length): Kind {
  const larger = new (array.constructor as new (size: number) => Kind)(length);
  larger.set(array);
  return larger;
}
