import fc from "fast-check";
import { expect, test } from "vitest";
import { DocumentsBlock, encodeDocumentsBlock, type IndexedDocument } from "./documents.ts";
import { decodeDocuments, decodePostings, decodePostingsTable, encodePostings } from "./postings.ts";
import { compareTerms, decodeTermAt, decodeTermsBlock, encodeTermsBlock, type TermEntry } from "./terms.ts";
import { ByteReader, ByteWriter, MalformedIndexError } from "./varint.ts";

const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((one) => one.toWellFormed());

test("numbers and texts come back from varints", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.maxSafeNat(), text)), (pairs) => {
      const writer = new ByteWriter(4);
      for (const [number, word] of pairs) {
        writer.varint(number);
        writer.text(word);
      }
      const reader = new ByteReader(writer.bytes);
      expect(pairs.map(() => [reader.varint(), reader.text()])).toEqual(pairs);
      expect(reader.isAtEnd).toBe(true);
    }),
  );
});

test.each([
  ["a number that does not end", "ff"],
  ["a number beyond what is exact", "ffffffffffffffff"],
  ["a text longer than its bytes", "0561"],
])("%s is refused", (_, hex) => {
  const reader = new ByteReader(Buffer.from(hex, "hex"));
  expect(() => reader.text()).toThrow(MalformedIndexError);
});

test("three documents take the differences from -1", () => {
  const writer = new ByteWriter();
  encodePostings(Uint32Array.of(0, 1, 200), writer);
  expect(writer.bytes.toString("hex")).toBe("0101c701");
});

test("lists of documents come back, with and without a table of blocks", () => {
  const lists = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 1000, size: "max" });
  fc.assert(
    fc.property(lists, (list) => {
      const documents = Uint32Array.from(list).sort();
      const writer = new ByteWriter();
      encodePostings(documents, writer);
      expect(decodePostings(writer.bytes, documents.length, 100_001)).toEqual(documents);
      if (documents.length <= 256) return;
      const table = decodePostingsTable(writer.bytes, documents.length, 100_001);
      const blocks = writer.bytes.subarray(table.tableBytes);
      const second = blocks.subarray(table.ends[0] ?? 0, table.ends[1] ?? 0);
      const count = Math.min(256, documents.length - 256);
      const decoded = decodeDocuments(second, count, table.lastDocuments[0] ?? 0, 100_001);
      expect(decoded).toEqual(documents.subarray(256, 512));
    }),
  );
});

test("terms come back from their block, in the order of their UTF-8", () => {
  const terms = fc.uniqueArray(text, { minLength: 1, maxLength: 64, size: "max" });
  fc.assert(
    fc.property(terms, fc.nat(1 << 30), (list, start) => {
      const sorted = list.toSorted(compareTerms);
      const utf8 = list.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(sorted).toEqual(utf8);
      let offset = start;
      const entries = sorted.map((term, at): TermEntry => {
        offset += at;
        return { term, documentCount: at + 1, offset, length: at + 1 };
      });
      const writer = new ByteWriter();
      encodeTermsBlock(entries, writer);
      expect(decodeTermsBlock(writer.bytes)).toEqual(entries);
      const places = [0, entries.length - 1, entries.length];
      expect(places.map((place) => decodeTermAt(writer.bytes, place))).toEqual(
        places.map((place) => entries[place] ?? null),
      );
    }),
  );
});

const document: fc.Arbitrary<IndexedDocument> = fc.record({
  trackId: fc.bigInt(0n, (1n << 64n) - 1n),
  title: text,
  artist: text,
  durationMs: fc.option(fc.nat()),
  popularity: fc.option(fc.float({ min: 0, max: 100, noNaN: true })),
});

test("documents come back from their block", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(document, { maxLength: 64, size: "max" }), async (documents) => {
      const block = new DocumentsBlock(await encodeDocumentsBlock(documents));
      expect(block.count).toBe(documents.length);
      expect(documents.map((_, at) => block.document(at))).toEqual(documents);
      expect(block.document(documents.length)).toBeNull();
    }),
  );
});

test("noise is refused or read, and never anything else", () => {
  const decoders = [
    (bytes: Buffer) => decodeTermsBlock(bytes),
    (bytes: Buffer) => new DocumentsBlock(bytes).document(0),
    (bytes: Buffer) => decodePostings(bytes, 300, 1000),
    (bytes: Buffer) => decodePostings(bytes, 3, 1000),
  ];
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600, size: "max" }),
      fc.constantFrom(...decoders),
      (noise, decode) => {
        try {
          decode(Buffer.from(noise));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedIndexError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
