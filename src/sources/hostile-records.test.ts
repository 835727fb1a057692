import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../core/archive.ts";
import { UsageError } from "../core/errors.ts";
import { silentReporter } from "../core/reporter.ts";
import { releaseRows } from "./discogs/release-rows.ts";
import { RELEASES } from "./discogs/testing/dumps.ts";
import { headerOf } from "./ern/message.ts";
import { messageRows } from "./ern/message-rows.ts";
import { ern38, ern43 } from "./ern/testing/messages.ts";
import { addTableSource } from "./table/add-table-source.ts";
import { type TemporaryFolder, temporaryFolder } from "./testing/temporary-folder.ts";
import { readXml } from "./xml/read-xml.ts";
import { childOf } from "./xml/xml-element.ts";

interface Damage {
  readonly edits: readonly (readonly [at: number, bytes: Uint8Array])[];
  readonly keptShare: number;
}

/** Some bytes written over, and perhaps the end cut off. */
const damage: fc.Arbitrary<Damage> = fc.record({
  edits: fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.oneof(
        fc.constantFrom(
          ...["<", ">", "&", '"', "\n", "\0", ",", "/>", "\r", "]]>"].map((text) => Buffer.from(text)),
        ),
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
      ),
    ),
    { minLength: 1, maxLength: 6 },
  ),
  keptShare: fc.oneof(fc.constant(1), fc.double({ min: 0.1, max: 1, noNaN: true })),
});

function damaged(text: string, { edits, keptShare }: Damage): Buffer {
  const bytes = Buffer.from(text);
  for (const [at, some] of edits) bytes.set(some, Math.floor(at * Math.max(0, bytes.length - some.length)));
  return bytes.subarray(0, Math.ceil(bytes.length * keptShare));
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

function expectPlace(place: { readonly line: number; readonly offsetBytes: number }, bytes: Buffer): void {
  expect(place.offsetBytes).toBeGreaterThanOrEqual(0);
  // Each run of bytes that are no UTF-8 counts as the three of U+FFFD until the next piece.
  const asRead = Buffer.byteLength(bytes.toString("utf8"));
  expect(place.offsetBytes).toBeLessThanOrEqual(Math.max(bytes.length, asRead));
  const lines = bytes.toString("latin1").split("\n").length;
  expect(place.line).toBeGreaterThanOrEqual(1);
  expect(place.line).toBeLessThanOrEqual(lines);
}

test("a damaged dump of Discogs gives rows or faults with their line and byte", async () => {
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      const bytes = damaged(RELEASES, how);
      for await (const records of readXml(pieces(bytes))) {
        for (const record of records) {
          expectPlace(record, bytes);
          if (record.kind !== "record") expect(record.reason).not.toBe("");
          else if (record.element.name === "release") {
            const rows = releaseRows(record.element);
            if (rows.ok) expect(String(rows.release.release_key)).not.toBe("");
            else expect(rows.reason).not.toBe("");
          }
        }
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("a damaged ERN message gives rows or faults with their line and byte", async () => {
  const deals = [{ territories: ["DK"], use: "Stream", model: "SubscriptionModel", start: "2026-01-01" }];
  const texts = [ern38({ deals, trackDeals: deals }), ern43({ deals })];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), damage, async (text, how) => {
      const bytes = damaged(text, how);
      for await (const records of readXml(pieces(bytes), { recordDepth: 0 })) {
        for (const record of records) {
          expectPlace(record, bytes);
          if (record.kind !== "record") {
            expect(record.reason).not.toBe("");
            continue;
          }
          const head = childOf(record.element, "MessageHeader");
          const header = head === undefined ? null : headerOf(head);
          if (header === null || !header.ok) continue;
          const { releases, faults } = messageRows(record.element, header.header, "0".repeat(64));
          for (const fault of faults) expect(fault).not.toBe("");
          for (const { key } of releases) expect(key).not.toBe("");
        }
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

let folder: TemporaryFolder;
let archive: Archive;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ archive } = await initArchive(join(folder.path, "archive")));
});
afterEach(() => folder.remove());

test("a damaged table gives rows, and rejects with their line or byte, or is refused as no table", async () => {
  const head = "id,title,artist,duration_ms\n";
  const rows = Array.from(
    { length: 20 },
    (_, n) => `k${n},"Song, the ${n}",Artist ${n},${200_000 + n}\n`,
  ).join("");
  const columns = {
    id: { field: "key" },
    title: { field: "title" },
    artist: { field: "artist" },
    duration_ms: { field: "duration", unit: "ms" },
  };
  const reader = { kind: "csv", delimiter: "," };
  const mapping = folder
    .put("m.json", JSON.stringify({ format: "deadwax-mapping/1", reader, columns }))
    .toString();
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      const bytes = Buffer.concat([Buffer.from(head), damaged(rows, how)]);
      const file = folder.put("t.csv", bytes).toString();
      const lines = bytes.toString("latin1").split(/\r\n|\r|\n/).length;
      try {
        const summary = await addTableSource({
          archive,
          reporter: silentReporter,
          file,
          mapping,
          dryRun: true,
        });
        for (const { line, offsetBytes, reason } of summary.rejects) {
          if (reason.includes("a key that was there already")) continue;
          expect(line ?? offsetBytes).not.toBeNull();
          if (line !== null) expect(line).toBeLessThanOrEqual(lines);
        }
        const { tracks = 0 } = summary.rows;
        expect(tracks + summary.rejected).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);
