import type { RecordBuilder } from "./record-builder.ts";

const SPACE = 0x20;
const SLASH = 0x2f;
const CLOSE = 0x3e;
const NO_ATTRIBUTES: Readonly<Record<string, string>> = {};
const TEXTS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const ATTRIBUTE = / ([A-Za-z_][\w.-]*)=(?:"([^"<\t\r\n]*)"|'([^'<\t\r\n]*)')/y;

/**
 * Reads the record that begins at `from`, a `<`, when it is as plain as nearly all are: tags and attributes without needless
 * white space, names in ASCII, no references but those to the five entities of XML. Gives its end, or -1 when the record is not
 * all in the text, is anything else, wrong, or beyond the limits: that is for the parser to judge, which reads it again.
 */
export function readPlainRecord(
  text: string,
  from: number,
  record: RecordBuilder,
  maxAttributes: number,
): number {
  const open: string[] = [];
  for (let at = from; ; ) {
    if (text.charCodeAt(at + 1) === SLASH) {
      const name = open.pop();
      if (name === undefined || !text.startsWith(name, at + 2)) return -1;
      at += name.length + 3;
      if (text.charCodeAt(at - 1) !== CLOSE) return -1;
      record.closeElement();
    } else {
      const nameEnd = endOfName(text, at + 1);
      const name = text.slice(at + 1, nameEnd);
      if (name === "") return -1;
      at = nameEnd;
      let attributes = NO_ATTRIBUTES;
      if (text.charCodeAt(at) === SPACE) {
        const read = readAttributes(text, at, maxAttributes);
        if (read === null) return -1;
        ({ attributes, end: at } = read);
      }
      record.openElement(name, attributes);
      if (text.charCodeAt(at) === CLOSE) {
        open.push(name);
        at += 1;
      } else if (text.charCodeAt(at) === SLASH && text.charCodeAt(at + 1) === CLOSE) {
        record.closeElement();
        at += 2;
      } else return -1;
    }
    if (record.refusal !== null) return -1;
    if (open.length === 0) return at;
    const next = text.indexOf("<", at);
    if (next < 0) return -1;
    if (next > at) {
      const plain = plainText(text.slice(at, next));
      if (plain === null) return -1;
      record.addText(plain);
    }
    at = next;
  }
}

function readAttributes(
  text: string,
  from: number,
  maxAttributes: number,
): { readonly attributes: Record<string, string>; readonly end: number } | null {
  const attributes: Record<string, string> = {};
  let count = 0;
  let end = from;
  while (text.charCodeAt(end) === SPACE) {
    ATTRIBUTE.lastIndex = end;
    const [whole = "", name = "", double, single = ""] = ATTRIBUTE.exec(text) ?? [];
    const value = plainText(double ?? single);
    count += 1;
    // A name that is there twice, or that objects of JavaScript have, is no plain one.
    if (whole === "" || value === null || name in attributes || count > maxAttributes) return null;
    attributes[name] = value;
    end += whole.length;
  }
  return { attributes, end };
}

/** With the five entities read; null when there is another reference. */
function plainText(text: string): string | null {
  if (!text.includes("&")) return text;
  let isPlain = true;
  const read = text.replace(/&(?:(amp|lt|gt|quot|apos);)?/g, (_, name: string | undefined) => {
    if (name === undefined) isPlain = false;
    return TEXTS[name ?? ""] ?? "";
  });
  return isPlain ? read : null;
}

/** Where a name of ASCII letters, digits, `_`, `-` and `.` ends; `from` when there is none. */
function endOfName(text: string, from: number): number {
  let at = from;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
    const isLater = at > from && ((code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e);
    if (!isLetter && !isLater) return at;
  }
}
