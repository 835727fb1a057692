import { errorMessage } from "../../core/errors.ts";
import { Utf8Chunks } from "./utf8-chunks.ts";
import type { XmlElement } from "./xml-element.ts";
import { XML_LIMITS, type XmlRecord } from "./xml-limits.ts";
import { XmlBreak, XmlParser, type XmlParserOptions } from "./xml-parser.ts";

export type ReadXmlOptions = Partial<XmlParserOptions>;

/**
 * The records of an XML document, those of a chunk at a time. A record beyond the limits comes as `refused` and reading
 * goes on; where reading cannot go on the last one is `broken`. Errors of the input itself are such a break too: what
 * was whole before has come out. Never throws for what the document says.
 */
export async function* readXml(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadXmlOptions = {},
): AsyncGenerator<XmlRecord<XmlElement>[]> {
  const parser = new XmlParser({
    limits: XML_LIMITS,
    recordDepth: 1,
    skip: new Set(),
    refuseRoot: () => null,
    ...options,
  });
  const decoder = new Utf8Chunks();
  let isEmpty = true;
  const input = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const piece = await nextPiece(input);
      if (piece.kind === "failed") {
        yield [...parser.takeReady(), broken(parser, `the input ends early: ${piece.reason}`)];
        return;
      }
      const chunk = decoder.decode(piece.bytes, piece.isLast);
      if (isEmpty && chunk.text !== "") {
        isEmpty = false;
        // Other encodings begin with a NUL or with bytes that are not UTF-8.
        if (/^[^<\s]|^<\0/.test(chunk.text)) throw new XmlBreak("it does not begin as XML in UTF-8 does");
      }
      if (piece.isLast && isEmpty) throw new XmlBreak("it is empty");
      if (chunk.text !== "") parser.write(chunk);
      if (piece.isLast) parser.end();
      const ready = parser.takeReady();
      if (ready.length > 0) yield ready;
      if (piece.isLast) return;
    }
  } catch (error) {
    if (!(error instanceof XmlBreak)) throw error;
    yield [...parser.takeReady(), broken(parser, error.message)];
  } finally {
    await input.return?.();
  }
}

type Piece =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly isLast: boolean }
  | { readonly kind: "failed"; readonly reason: string };

async function nextPiece(input: AsyncIterator<Uint8Array>): Promise<Piece> {
  try {
    const next = await input.next();
    if (next.done) return { kind: "bytes", bytes: new Uint8Array(0), isLast: true };
    return { kind: "bytes", bytes: next.value, isLast: false };
  } catch (error) {
    return { kind: "failed", reason: errorMessage(error) };
  }
}

function broken(parser: XmlParser, reason: string): XmlRecord<XmlElement> {
  return { kind: "broken", reason, ...parser.place };
}
