/**
 * One record as one line of JSON. 64-bit integers become numbers where a double holds them exactly, else text; bytes
 * become base64; sets and maps become lists and objects. The line holds no control character, not even an 8-bit one.
 */
export function jsonLine(record: object): string {
  const json = JSON.stringify(record, replaceUnserialisable);
  return json.replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** `this` is the object that holds the value: Buffer has a `toJSON` of its own that runs before a replacer does. */
function replaceUnserialisable(this: unknown, key: string, value: unknown): unknown {
  const held = typeof this === "object" && this !== null ? Reflect.get(this, key) : value;
  if (held instanceof Uint8Array) return Buffer.from(held).toString("base64");
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return value.message;
  return value;
}
