/** A field of a message: a number (which loses what lies above 2^53), or bytes (a view of the input). */
export interface ProtobufField {
  readonly id: number;
  readonly value: number | Uint8Array;
}

const MAX_VARINT_BYTES = 10;

/**
 * The fields of a message in the order in which they stand; nested messages stay bytes. Throws `RangeError` where a field
 * points past the end or is of a kind that there is not. Ref: protobuf.dev, "Encoding".
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField, void, undefined> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw new RangeError(`a number of a message ends nowhere, at byte ${at}`);
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at)
      throw new RangeError(`a field of ${length} bytes at ${at} passes the end`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const id = Math.floor(key / 8);
    const kind = key % 8;
    if (kind === 0) yield { id, value: varint() };
    else if (kind === 1) yield { id, value: take(8) };
    else if (kind === 2) yield { id, value: take(varint()) };
    else if (kind === 5) yield { id, value: take(4) };
    else throw new RangeError(`a field of kind ${kind} at byte ${at}`);
  }
}

/** The messages, texts or bytes of one field. */
export function bytesOf(message: Uint8Array, id: number): Uint8Array[] {
  return [...protobufFields(message)].flatMap((field) =>
    field.id === id && typeof field.value !== "number" ? [field.value] : [],
  );
}

/** The numbers of one field that are written one by one. */
export function numbersOf(message: Uint8Array, id: number): number[] {
  return [...protobufFields(message)].flatMap((field) =>
    field.id === id && typeof field.value === "number" ? [field.value] : [],
  );
}

/** The first text of a field; "" where there is none. */
export function textOf(message: Uint8Array, id: number): string {
  return new TextDecoder().decode(bytesOf(message, id)[0]);
}
