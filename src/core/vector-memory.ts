export interface VectorMemory {
  readonly count: number;
  /** The numbers or truth values as they are, little-endian. */
  readonly bytes: Uint8Array;
  /** A bit for each item, lowest first, that is set where there is a value; null where all have one. */
  readonly valid: Uint8Array | null;
}

/** Texts, of which a vector holds where they are, take more. */
const MAX_NUMBER_BYTES = 8;

/**
 * The memory of a vector of numbers or truth values; null for any other. It spares an object for each value, and is no part of
 * the library's declared interface.
 */
export function memoryOfVector(vector: unknown): VectorMemory | null {
  if (!(vector instanceof Object)) return null;
  const count: unknown = Reflect.get(vector, "itemCount");
  const items: unknown = Reflect.get(vector, "items") ?? Reflect.get(vector, "dataView");
  const validity: unknown = Reflect.get(vector, "validity");
  const bits: unknown = validity instanceof Object ? Reflect.get(validity, "data") : undefined;
  if (typeof count !== "number" || !ArrayBuffer.isView(items)) return null;
  if (items.byteLength > count * MAX_NUMBER_BYTES) return null;
  if (bits !== null && !ArrayBuffer.isView(bits)) return null;
  return { count, bytes: bytesOf(items), valid: bits && bytesOf(bits) };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
