import sax from "sax";
import { readPlainRecord } from "./plain-record.ts";
import { RecordBuilder } from "./record-builder.ts";
import type { TextChunk } from "./utf8-chunks.ts";
import type { XmlElement } from "./xml-element.ts";
import { FATAL_DEPTH, type XmlLimits, type XmlRecord } from "./xml-limits.ts";

export interface XmlParserOptions {
  readonly limits: XmlLimits;
  /** 0: the root element is the one record; 1: each element in it is. */
  readonly recordDepth: 0 | 1;
  /** Elements inside a record that are not kept. */
  readonly skip: ReadonlySet<string>;
  /** Says why this root element is not read, or null. */
  readonly refuseRoot: (name: string, attributes: Readonly<Record<string, string>>) => string | null;
}

/** The file is not read on. */
export class XmlBreak extends Error {}

// One bad reference costs a record, not the file.
const BAD_REFERENCE = "Invalid character entity";
const SAX_OPTIONS = { strictEntities: true, xmlns: false, position: true };

/**
 * Turns text into records over `sax` in strict mode. No DOCTYPE, hence no entities but the five of XML. Records inside the root
 * that are plain and whole in a chunk, which is the rule, are read past `sax`, at a fraction of its cost.
 */
export class XmlParser {
  readonly #parser = sax.parser(true, SAX_OPTIONS);
  readonly #options: XmlParserOptions;
  #ready: XmlRecord<XmlElement>[] = [];
  #record: RecordBuilder | null = null;
  #start = { line: 1, offsetBytes: 0 };
  #depth = 0;
  #attributeCount = 0;
  #attributes: Record<string, string> = {};
  #checksText: boolean = false;
  #chunk: TextChunk = { text: "", offsetBytes: 0, isDamaged: false };
  #chunkIsSuspect: boolean = false;
  /** In characters as `sax` counts them; and the place up to which bytes were counted. */
  #chunkStart = 0;
  #counted = { chars: 0, bytes: 0 };
  /** Where `sax` stood when a record, or the tag of the root, had just ended. */
  #endedAt = -1;
  #recordName = "";

  constructor(options: XmlParserOptions) {
    this.#options = options;
    const parser = this.#parser;
    parser.onopentagstart = () => this.#openTagStart();
    parser.onattribute = ({ name, value }) => this.#attribute(name, value);
    parser.onopentag = ({ name }) => this.#openTag(name);
    parser.onclosetag = () => this.#closeTag();
    parser.ontext = (text) => this.#text(text);
    parser.oncdata = (text) => this.#text(text);
    parser.ondoctype = () => refuseDoctype();
    parser.onsgmldeclaration = () => fail("a declaration inside the document");
    parser.onprocessinginstruction = ({ name, body }) => checkEncoding(name, body);
    parser.onerror = (error) => this.#error(error);
  }

  /** The records that end in this chunk. Throws `XmlBreak`; `takeReady` then still has those before. */
  write(chunk: TextChunk): void {
    this.#chunk = chunk;
    this.#chunkIsSuspect = chunk.isDamaged || chunk.text.includes("\0");
    if (this.#chunkIsSuspect) this.#checksText = true;
    this.#chunkStart = this.#parser.position;
    this.#counted = { chars: 0, bytes: 0 };
    let at = 0;
    while (at < chunk.text.length) {
      at = this.#readPlain(at);
      const end = this.#endOfPart(at);
      this.#parser.write(at === 0 && end === chunk.text.length ? chunk.text : chunk.text.slice(at, end));
      at = end;
    }
    // A document type without an end would be collected first.
    if ("doctype" in this.#parser && this.#parser.doctype !== "") refuseDoctype();
  }

  end(): void {
    this.#parser.close();
  }

  takeReady(): XmlRecord<XmlElement>[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** Where the parser stands. */
  get place(): { readonly line: number; readonly offsetBytes: number } {
    return { line: this.#parser.line + 1, offsetBytes: this.#bytesAt(this.#parser.position) };
  }

  /** Reads plain records from `from` on; gives the place from which `sax` has to go on. */
  #readPlain(from: number): number {
    const { limits, skip, recordDepth } = this.#options;
    const { text } = this.#chunk;
    const isBetween = this.#endedAt === this.#parser.position && this.#depth === 1;
    if (!isBetween || recordDepth !== 1 || this.#chunkIsSuspect) return from;
    let at = from;
    let feed = text.indexOf("\n", from);
    const countLines = (to: number): void => {
      for (; feed >= 0 && feed < to; feed = text.indexOf("\n", feed + 1)) this.#parser.line += 1;
    };
    while (at < text.length) {
      const start = afterSpace(text, at);
      if (start < text.length) {
        const record = new RecordBuilder(limits, skip);
        const isTag = text.charCodeAt(start) === 0x3c;
        const end = isTag ? readPlainRecord(text, start, record, limits.maxAttributes) : -1;
        if (end < 0) break;
        countLines(start);
        const place = {
          line: this.#parser.line + 1,
          offsetBytes: this.#bytesAt(this.#chunkStart + start),
        };
        if (record.element !== null) this.#ready.push({ kind: "record", element: record.element, ...place });
        at = end;
      } else at = start;
      countLines(at);
      this.#parser.position = this.#chunkStart + at;
      this.#endedAt = this.#parser.position;
    }
    return at;
  }

  /** What `sax` is given at once: up to where the record, or the tag of the root, may end. */
  #endOfPart(from: number): number {
    const { text } = this.#chunk;
    if (this.#options.recordDepth !== 1 || this.#chunkIsSuspect) return text.length;
    const mark = this.#depth === 0 && this.#endedAt < 0 ? ">" : this.#recordName;
    const found = mark === "" ? -1 : text.indexOf(mark, from);
    return found < 0 ? text.length : found + mark.length;
  }

  #openTagStart(): void {
    this.#attributeCount = 0;
    this.#attributes = {};
    if (this.#depth !== this.#options.recordDepth) return;
    this.#start = {
      line: this.#parser.line + 1,
      offsetBytes: this.#bytesAt(this.#parser.startTagPosition - 1),
    };
    this.#record = new RecordBuilder(this.#options.limits, this.#options.skip);
    this.#checksText = this.#chunkIsSuspect;
  }

  #attribute(name: string, value: string): void {
    this.#attributeCount += 1;
    if (this.#attributeCount > FATAL_DEPTH) fail(`an element with more than ${FATAL_DEPTH} attributes`);
    if (this.#attributeCount > this.#options.limits.maxAttributes) {
      this.#record?.refuse(`an element with more than ${this.#options.limits.maxAttributes} attributes`);
    }
    if (this.#checksText) this.#check(value);
    this.#attributes[name] = value;
  }

  #openTag(name: string): void {
    if (this.#depth >= FATAL_DEPTH) fail(`elements nested deeper than ${FATAL_DEPTH}`);
    if (this.#depth === 0) {
      const refusal = this.#options.refuseRoot(name, this.#attributes);
      if (refusal !== null) fail(refusal);
    }
    if (this.#depth === this.#options.recordDepth) this.#recordName = `</${name}>`;
    this.#depth += 1;
    if (this.#depth === 1) this.#endedAt = this.#parser.position;
    this.#record?.openElement(name, this.#attributes);
  }

  #text(text: string): void {
    if (this.#record === null) return;
    if (this.#checksText) this.#check(text);
    this.#record.addText(text);
  }

  #closeTag(): void {
    this.#depth -= 1;
    const record = this.#record;
    if (record === null) return;
    record.closeElement();
    if (this.#depth !== this.#options.recordDepth) return;
    this.#record = null;
    this.#endedAt = this.#parser.position;
    const { refusal, element } = record;
    if (refusal !== null) this.#ready.push({ kind: "refused", reason: refusal, ...this.#start });
    else if (element !== null) this.#ready.push({ kind: "record", element, ...this.#start });
  }

  #check(text: string): void {
    if (text.includes("\0")) this.#record?.refuse("a NUL in the text");
    else if (text.includes("\ufffd")) this.#record?.refuse("text that is not valid UTF-8");
  }

  #error(error: Error): void {
    const reason = error.message.split("\n")[0] ?? "";
    if (reason === BAD_REFERENCE && this.#record !== null) {
      this.#record.refuse("a reference to a character or an entity that XML does not have");
      this.#parser.resume();
      return;
    }
    fail(`not well-formed: ${reason.replace(/\.$/, "").toLowerCase()}`);
  }

  /** Counted once over each stretch of the chunk, so that many records cost no more than one. */
  #bytesAt(position: number): number {
    const chars = position - this.#chunkStart;
    if (chars < this.#counted.chars) return this.#chunk.offsetBytes + Math.min(chars, 0);
    const bytes = this.#counted.bytes + Buffer.byteLength(this.#chunk.text.slice(this.#counted.chars, chars));
    this.#counted = { chars, bytes };
    return this.#chunk.offsetBytes + bytes;
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
  }
  return at;
}

function fail(reason: string): never {
  throw new XmlBreak(reason);
}

function refuseDoctype(): never {
  fail("a document type declaration: entities are not read");
}

function checkEncoding(name: string, body: string): void {
  const declared = name === "xml" ? /\bencoding\s*=\s*["']([^"']*)["']/.exec(body)?.[1] : undefined;
  if (declared === undefined || /^(utf-?8|us-ascii)$/i.test(declared)) return;
  fail(`the encoding "${declared.slice(0, 40)}": only UTF-8 is read`);
}
