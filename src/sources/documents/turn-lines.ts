import { newBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import { JsonFault } from "../../formats/json/json-fault.ts";
import { JsonReader } from "../../formats/json/json-reader.ts";
import { objectPlan, type ReadingPlan } from "../../formats/json/reading-plan.ts";
import type { Fields, Shape } from "../../formats/json/shape.ts";
import { lineFault } from "../lines/line-fault.ts";
import { plainDocument } from "../lines/plain-document.ts";
import type { DocumentRows, RefuseLine } from "./document-rows.ts";

const NEWLINE = 0x0a;
/** `JSON.parse` may need fifty times as much memory as its text: longer lines are as most are, or refused. */
const MAX_SLOW_BYTES = 1 << 23;

/** How much memory a batch needs behind its lines: for texts with escapes, and for those that are put together of others. */
export function spareBytes(longestLineBytes: number): number {
  return 2 * longestLineBytes;
}

/** Turns lines of JSON into rows. */
export class LineTurner {
  readonly #json = new JsonReader();
  readonly #rows: DocumentRows;
  readonly #plan: ReadingPlan;
  /** For documents in which a scalar may be of another kind. */
  readonly #tolerant: ReadingPlan;
  #line = 0;
  #refuse: RefuseLine = () => {};

  constructor(rows: (json: JsonReader) => DocumentRows) {
    this.#rows = rows(this.#json);
    this.#plan = objectPlan(this.#rows.fields);
    this.#tolerant = objectPlan(asTexts(this.#rows.fields));
  }

  /** The tables that are being filled, by the name of the part. */
  get files(): DocumentRows["files"] {
    return this.#rows.files;
  }

  /**
   * Adds the rows of the lines in the first `sizeBytes` of the memory, behind which there are the spare bytes. Gives why lines were
   * refused, by their numbers.
   */
  turn(memory: Uint8Array, sizeBytes: number): Map<number, string> {
    this.#json.bytes = viewedBytes(memory);
    const lines = Buffer.from(memory.buffer, memory.byteOffset, sizeBytes);
    const refused = new Map<number, string>();
    this.#refuse = (number, reason) => void refused.set(number, reason);
    for (let from = 0, line = 0; from < sizeBytes; line += 1) {
      const found = lines.indexOf(NEWLINE, from);
      const to = found < 0 ? sizeBytes : found;
      this.#line = line;
      const reason = this.#take(from, to, sizeBytes);
      if (reason !== null) refused.set(line, reason);
      from = to + 1;
    }
    this.#rows.endBatch(this.#refuse);
    return refused;
  }

  /** Adds the rows of a line, or gives why it is refused. */
  #take(from: number, to: number, spare: number): string | null {
    try {
      return this.#add(from, to, spare);
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      if (error.reason !== null) return error.reason;
      if (to - from > MAX_SLOW_BYTES) return `not written as documents are, from byte ${error.at - from} on`;
      return this.#takeSlowly(from, to, spare);
    }
  }

  /** A line that is not written as most are: what it says is written down plainly, and read. */
  #takeSlowly(from: number, to: number, spare: number): string | null {
    const { bytes } = this.#json;
    const line = Buffer.from(bytes.array.subarray(from, to));
    const { fields } = this.#rows;
    const fault = lineFault(line, fields) ?? this.#faultOfReading(from, to, spare);
    if (fault !== null) return fault;
    const value = parsed(line);
    if (value === undefined) return "not valid JSON";
    const plain = JSON.stringify(plainDocument(fields, value));
    const length = Buffer.byteLength(plain);
    this.#json.bytes = newBytes(length + spareBytes(length));
    this.#json.bytes.array.set(Buffer.from(plain));
    try {
      return this.#add(0, length, length);
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      return "a number that is too large";
    } finally {
      this.#json.bytes = bytes;
    }
  }

  /** What `JSON.parse` does not see: a name that is there twice. */
  #faultOfReading(from: number, to: number, spare: number): string | null {
    try {
      this.#json.read(this.#tolerant, from, to, spare);
      return null;
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      return error.reason;
    }
  }

  #add(from: number, to: number, spare: number): string | null {
    const document = this.#json.read(this.#plan, from, to, spare);
    const reason = this.#rows.refusal(this.#json, document);
    if (reason === null) this.#rows.add(this.#json, document, this.#line, this.#refuse);
    return reason;
  }
}

/** The same names, with any value where there is a scalar. */
function asTexts(fields: Fields): Fields {
  const members = Object.entries(fields).map(([name, shape]) => [name, asText(shape)] as const);
  return Object.fromEntries(members);
}

function asText(shape: Shape): Shape {
  if (typeof shape === "string") return "VARCHAR";
  return "list" in shape ? { list: asText(shape.list) } : { fields: asTexts(shape.fields) };
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}
