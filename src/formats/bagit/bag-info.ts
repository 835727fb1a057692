import { FailedError } from "../../core/errors.ts";
import { readTagFileLines } from "./tag-file-lines.ts";

/** Bytes and files below `data/`. */
export interface PayloadOxum {
  readonly sizeBytes: number;
  readonly fileCount: number;
}

export interface BagInfo {
  /** Labels and values in their order; a label may come again, but for the two below. */
  readonly fields: readonly BagInfoField[];
  readonly payloadOxum: PayloadOxum | null;
  /** As it stands: `YYYY-MM-DD`. */
  readonly baggingDate: string | null;
}

export type BagInfoField = readonly [label: string, value: string];

export type BagInfoResult =
  | ({ readonly ok: true } & BagInfo)
  | { readonly ok: false; readonly reason: string; readonly line: number };

const MAX_BAG_INFO_BYTES: number = 1024 * 1024;

/**
 * Writes `bag-info.txt` (RFC 8493, 2.2.2): a line `Label: value` for each field, `Bagging-Date` and `Payload-Oxum`
 * (`<bytes>.<files>`) first. Values are not folded.
 * Throws `FailedError` for a label or value that would not be read back as it is.
 */
export function encodeBagInfo(options: {
  /** `YYYY-MM-DD`. */
  readonly baggingDate: string;
  readonly payloadOxum: PayloadOxum;
  readonly fields: readonly BagInfoField[];
}): Buffer {
  const { baggingDate, payloadOxum, fields } = options;
  const own: readonly BagInfoField[] = [
    ["Bagging-Date", baggingDate],
    ["Payload-Oxum", `${payloadOxum.sizeBytes}.${payloadOxum.fileCount}`],
  ];
  const text = [...own, ...fields].map(([label, value]) => `${label}: ${value}\n`).join("");
  const bytes = Buffer.from(text);
  const back = parseBagInfo(bytes);
  const expected = [...own, ...fields];
  const isSame =
    back.ok &&
    back.fields.length === expected.length &&
    back.fields.every(
      ([label, value], index) => label === expected[index]?.[0] && value === expected[index]?.[1],
    );
  if (!isSame) {
    throw new FailedError(
      `bag-info.txt would not be read as it is written${back.ok ? "" : `: ${back.reason}`}`,
      {
        hint: "a label or value holds a line break, a colon or spaces where none may be",
      },
    );
  }
  return bytes;
}

/**
 * Reads `bag-info.txt`. A line that begins with white space goes on with the value above it and is joined to it by one space.
 * Labels are the same in upper and lower case.
 */
export function parseBagInfo(bytes: Uint8Array): BagInfoResult {
  const read = readTagFileLines(bytes, MAX_BAG_INFO_BYTES);
  if (!read.ok) return { ...read, line: 0 };
  const fields: (readonly [string, string[]])[] = [];
  let lineNumber = 0;
  for (const line of read.lines) {
    lineNumber += 1;
    const fault = addLine(fields, line);
    if (fault !== null) return { ok: false, reason: fault, line: lineNumber };
  }
  return interpret(fields.map(([label, values]): BagInfoField => [label, values.join(" ").trim()]));
}

function addLine(fields: (readonly [string, string[]])[], line: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) return "a control character";
  if (/^[ \t]/.test(line)) {
    const last = fields.at(-1);
    if (last === undefined) return "a continued line without one before it";
    last[1].push(line.trim());
    return null;
  }
  const colon = line.indexOf(":");
  const label = line.slice(0, Math.max(colon, 0));
  if (label === "" || label !== label.trim()) return "a line without a label";
  fields.push([label, [line.slice(colon + 1).trim()]]);
  return null;
}

function interpret(fields: readonly BagInfoField[]): BagInfoResult {
  const [oxum, ...otherOxums] = valuesOf(fields, "payload-oxum");
  const [baggingDate, ...otherDates] = valuesOf(fields, "bagging-date");
  if (otherOxums.length > 0 || otherDates.length > 0) return bad("Payload-Oxum or Bagging-Date stands twice");
  if (baggingDate !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(baggingDate))
    return bad("Bagging-Date is no date");
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(oxum ?? "");
  const payloadOxum = match === null ? null : { sizeBytes: Number(match[1]), fileCount: Number(match[2]) };
  const isCounted =
    payloadOxum !== null &&
    Number.isSafeInteger(payloadOxum.sizeBytes) &&
    Number.isSafeInteger(payloadOxum.fileCount);
  if (oxum !== undefined && !isCounted) return bad("Payload-Oxum is not <bytes>.<files>");
  return { ok: true, fields, payloadOxum, baggingDate: baggingDate ?? null };
}

function valuesOf(fields: readonly BagInfoField[], label: string): readonly string[] {
  return fields.filter(([candidate]) => candidate.toLowerCase() === label).map(([, value]) => value);
}

function bad(reason: string): BagInfoResult {
  return { ok: false, reason, line: 0 };
}
