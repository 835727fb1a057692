export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Canonical JSON: RFC 8785 (JCS). Keys in UTF-16 code unit order, no white space, numbers as ECMAScript prints them.
 * The same value always gives the same bytes, so it can be hashed and signed.
 * Throws `TypeError` for numbers that JSON does not have.
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  return canonicalObject(canonicalMembers(value));
}

/** The members of an object in the order of canonical form, each as `"key":value`. Throws as `canonicalJson` does. */
export function canonicalMembers(object: {
  readonly [key: string]: JsonValue;
}): readonly { readonly key: string; readonly text: string }[] {
  return Object.keys(object)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((key) => {
      const member = object[key];
      if (member === undefined) throw new TypeError(`"${key}" has no value that JSON has`);
      return { key, text: `${JSON.stringify(key)}:${canonicalJson(member)}` };
    });
}

/** The object that these members make, in their order. */
export function canonicalObject(members: readonly { readonly text: string }[]): string {
  return `{${members.map(({ text }) => text).join(",")}}`;
}

/** Parses JSON text of at most `maxBytes`; `{ ok: false }` with the reason for anything else. */
export function parseJson(
  bytes: Uint8Array,
  maxBytes: number,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  if (bytes.length > maxBytes) return { ok: false, reason: `larger than ${maxBytes} bytes` };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : "not JSON" };
  }
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
