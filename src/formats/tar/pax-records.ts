/** More than any reader of ours takes for the records of one file. */
export const MAX_PAX_BYTES: number = 1024 * 1024;

export type PaxRecordsResult =
  | { readonly ok: true; readonly records: ReadonlyMap<string, Buffer> }
  | { readonly ok: false; readonly reason: string };

/**
 * Writes the records of a pax extended header (POSIX.1-2001): for each `<length> <key>=<value>\n` in UTF-8, where the length
 * in decimal counts the whole record, itself included.
 */
export function encodePaxRecords(records: ReadonlyMap<string, string>): Buffer {
  return Buffer.concat(
    [...records].map(([key, value]) => {
      const tail = Buffer.from(` ${key}=${value}\n`);
      let length = tail.length + String(tail.length).length;
      // One digit more of length can itself need one digit more.
      length = tail.length + String(length).length;
      return Buffer.concat([Buffer.from(String(length)), tail]);
    }),
  );
}

/** Reads pax records. Refuses a key that stands twice, and any record whose length does not end it at its line feed. */
export function parsePaxRecords(bytes: Buffer): PaxRecordsResult {
  const records = new Map<string, Buffer>();
  let offset = 0;
  while (offset < bytes.length) {
    const length = parseLength(bytes, offset);
    if (length === null || offset + length > bytes.length || bytes[offset + length - 1] !== LINE_FEED) {
      return { ok: false, reason: "pax record with a wrong length" };
    }
    const record = bytes.subarray(offset, offset + length - 1);
    const keyStart = record.indexOf(SPACE) + 1;
    const keyEnd = record.indexOf(EQUALS, keyStart);
    if (keyEnd <= keyStart) return { ok: false, reason: "pax record without a key" };
    const key = record.toString("utf8", keyStart, keyEnd);
    if (records.has(key)) return { ok: false, reason: "pax record that stands twice" };
    records.set(key, record.subarray(keyEnd + 1));
    offset += length;
  }
  return { ok: true, records };
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const EQUALS = 0x3d;
/** Seven digits hold `MAX_PAX_BYTES`. */
const MAX_LENGTH_DIGITS = 7;

function parseLength(bytes: Buffer, offset: number): number | null {
  const head = bytes.toString("latin1", offset, offset + MAX_LENGTH_DIGITS + 1);
  const match = /^([1-9][0-9]*) /.exec(head);
  return match?.[1] === undefined ? null : Number(match[1]);
}
