import fc from "fast-check";
import { expect, test } from "vitest";
import { type ReadXmlOptions, readXml } from "./read-xml.ts";
import { textOf, type XmlElement } from "./xml-element.ts";
import type { XmlRecord } from "./xml-limits.ts";

async function read(
  document: string | Uint8Array,
  options: ReadXmlOptions = {},
  chunkBytes = 7,
): Promise<XmlRecord<XmlElement>[]> {
  const bytes = typeof document === "string" ? Buffer.from(document) : document;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const records: XmlRecord<XmlElement>[] = [];
  for await (const some of readXml(chunks(), options)) records.push(...some);
  return records;
}

const reasons = (records: readonly XmlRecord<XmlElement>[]): string[] =>
  records.map((record) =>
    record.kind === "record" ? (textOf(record.element, "t") ?? "-") : `${record.kind}: ${record.reason}`,
  );

test("gives each record as a tree, with its line and byte", async () => {
  const document =
    "<?xml version='1.0' encoding='UTF-8'?>\n<r>\n<a id='1'><t> Ä &amp; &#214; </t></a>\n<a><![CDATA[<x>]]><t/></a></r>\n";
  const records = await read(document);
  expect(records).toMatchObject([
    {
      kind: "record",
      line: 3,
      offsetBytes: 43,
      element: { name: "a", attributes: { id: "1" }, text: "", children: [{ name: "t", text: "Ä & Ö" }] },
    },
    { kind: "record", line: 4, element: { text: "<x>", children: [{ text: "" }] } },
  ]);
  const second = records[1];
  expect(
    Buffer.from(document)
      .subarray(second?.offsetBytes ?? 0)
      .toString(),
  ).toMatch(/^<a><!\[CDATA/);
});

const LAUGHS = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<r><a><t>&lol2;</t></a></r>`;

test("refuses a document type at once, with its place", async () => {
  expect(await read(LAUGHS)).toMatchObject([
    { kind: "broken", line: 2, reason: "a document type declaration: entities are not read" },
  ]);
  // Without an end, and so long that collecting it would fill the memory.
  let pulled = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("<!DOCTYPE a [");
    for (; pulled < 1000; pulled += 1) yield Buffer.alloc(65_536, "<!ENTITY a 'a'>");
  }
  for await (const some of readXml(endless())) expect(some).toMatchObject([{ kind: "broken" }]);
  expect(pulled).toBeLessThan(3);
});

test.each([
  ["<r><a><t>1</t></a><a><t>2</b></a></r>", ["1", "broken: not well-formed: unexpected close tag"]],
  ["<r><a><t>1</t></a><a><t>2", ["1", "broken: not well-formed: unclosed root tag"]],
  [
    "<r><a><t>1</t></a><a><t>&nbsp;</t></a><a><t>3</t></a></r>",
    ["1", "refused: a reference to a character or an entity that XML does not have", "3"],
  ],
  [
    "<r><a><t>&#0;</t></a><a><t>3</t></a></r>",
    ["refused: a reference to a character or an entity that XML does not have", "3"],
  ],
  ["<r><a><t>x\0y</t></a><a><t>3</t></a></r>", ["refused: a NUL in the text", "3"]],
  [
    `<r><a ${Array.from({ length: 70 }, (_, n) => `a${n}="1"`).join(" ")}/><a><t>3</t></a></r>`,
    ["refused: an element with more than 64 attributes", "3"],
  ],
  [
    `<r>${"<a>".repeat(70)}${"</a>".repeat(70)}<a><t>3</t></a></r>`,
    ["refused: elements nested deeper than 64", "3"],
  ],
  ["", ["broken: it is empty"]],
  ["hello", ["broken: it does not begin as XML in UTF-8 does"]],
  [
    "<?xml version='1.0' encoding='ISO-8859-1'?><r/>",
    [`broken: the encoding "ISO-8859-1": only UTF-8 is read`],
  ],
])("of %s", async (document, expected) => {
  expect(reasons(await read(document))).toEqual(expected);
});

test("bounds the text of an element and the size of a record, and reads on", async () => {
  const limits = { maxDepth: 64, maxAttributes: 64, maxTextChars: 100, maxRecordChars: 1000 };
  const records = await read(
    `<r><a><t>${"x".repeat(101)}</t></a><a>${"<t>x</t>".repeat(20)}</a><a><t>3</t></a></r>`,
    { limits },
  );
  expect(reasons(records)).toEqual([
    "refused: <t> has more than 100 characters of text",
    "refused: a record of more than 1000 characters",
    "3",
  ]);
});

test("reads no more where the nesting has no end", async () => {
  expect(reasons(await read(`<r>${"<a>".repeat(10_000)}`, {}, 1000))).toEqual([
    "broken: elements nested deeper than 4096",
  ]);
});

test("refuses a record that is not UTF-8, and no other", async () => {
  const bytes = Buffer.from("<r><a><t>1</t></a><a><t>?</t></a><a><t>3</t></a></r>");
  bytes[bytes.indexOf("?")] = 0xe9;
  expect(reasons(await read(bytes))).toEqual(["1", "refused: text that is not valid UTF-8", "3"]);
  expect(reasons(await read(Buffer.from("<r><a/></r>", "utf16le")))).toEqual([
    "broken: it does not begin as XML in UTF-8 does",
  ]);
});

test("says that the input failed, after what was whole", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("<r><a><t>1</t></a><a>");
    throw new Error("unexpected end of file");
  }
  const records: XmlRecord<XmlElement>[] = [];
  for await (const some of readXml(failing())) records.push(...some);
  expect(reasons(records)).toEqual(["1", "broken: the input ends early: unexpected end of file"]);
});

const nameOf = fc.constantFrom("a", "b", "title", "t");
const textOfXml = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .filter((text) => !/[\p{Cc}\p{Cs}\ufffd\ufffe\uffff]/u.test(text));
const tree = fc.letrec<{ node: XmlElement }>((tie) => ({
  node: fc.record({
    name: nameOf,
    attributes: fc.dictionary(nameOf, textOfXml, { noNullPrototype: true }),
    text: textOfXml.map((text) => text.trim()),
    children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie("node"), { maxLength: 3 })),
  }),
})).node;
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const written = ({ name, attributes, text, children }: XmlElement): string =>
  `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join("")}>${escapeXml(text)}${children.map(written).join("")}</${name}>`;

test("gives back any tree as it was written, however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tree, { maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (trees, size) => {
        const records = await read(`<r>${trees.map(written).join("\n")}</r>`, {}, size);
        expect(records.map((record) => (record.kind === "record" ? record.element : record))).toEqual(trees);
      },
    ),
    { numRuns: 150 },
  );
});

test("never throws or hangs, whatever is done to the bytes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tree, { maxLength: 3 }),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.oneof(
            fc.constantFrom(..."<>&;/!?[]\"'\0-"),
            fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
          ),
        ),
        { maxLength: 6 },
      ),
      async (trees, edits) => {
        let document = `<r>${trees.map(written).join("")}</r>`;
        for (const [at, text] of edits) {
          const place = at % (document.length + 1);
          document = document.slice(0, place) + text + document.slice(place + 1);
        }
        const records = await read(document, {}, 5);
        const last = records.findIndex(({ kind }) => kind === "broken");
        expect(last === -1 || last === records.length - 1).toBe(true);
        for (const { offsetBytes } of records)
          expect(offsetBytes).toBeLessThanOrEqual(Buffer.byteLength(document));
      },
    ),
    { numRuns: 400 },
  );
});

// A chunk that holds no record whole is read by sax alone, one that holds them all by the reader of plain records.
const pieceOfXml = fc.constantFrom(
  ...[
    "<a>",
    "</a>",
    "<b x='1'>",
    "</b>",
    '<t y="&amp;" z="2"/>',
    "<t>x &lt; y</t>",
    "<t/>",
    "text",
    "\n",
    " ",
  ],
  ...[
    "<!-- </a> -->",
    "<![CDATA[<a>]]>",
    "<?p i?>",
    "&#65;",
    "&no;",
    "]]>",
    "<a  x='1' >",
    "<t x='1' x='2'/>",
    "ø",
    "</a >",
  ],
  ...[
    "<t __proto__='1'/>",
    "<t constructor='1'/>",
    "<t x=1/>",
    "<t x='<'/>",
    "<1/>",
    "<",
    ">",
    "&",
    "</r>",
    "<skipped>&no;",
  ],
);

test("plain records read past the parser are what it reads itself", async () => {
  const record = fc.array(pieceOfXml, { maxLength: 5 }).map((pieces) => `<a>${pieces.join("")}</a>\n`);
  const plain = fc.constantFrom(
    "<a><t>1</t></a>\n",
    "<a/>",
    "<b k='v'>\n<t> ø\n</t></b>\n",
    "<a><skipped><t/></skipped></a>",
  );
  const limits = { maxDepth: 4, maxAttributes: 2, maxTextChars: 30, maxRecordChars: 600 };
  const options = { limits, skip: new Set(["skipped"]) };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ arbitrary: plain, weight: 3 }, record), { maxLength: 8 }),
      async (all) => {
        const document = `<?xml version='1.0'?>\n<r k='>'>\n${all.join("")}</r>`;
        const places = (records: readonly XmlRecord<XmlElement>[]) =>
          // Where a file is broken is told as far as the piece goes.
          records.map((found) =>
            found.kind === "broken" ? { kind: found.kind, reason: found.reason } : found,
          );
        const whole = await read(document, options, 1 << 20);
        expect(places(whole)).toEqual(places(await read(document, options, 1)));
      },
    ),
    { numRuns: 500 },
  );
});
