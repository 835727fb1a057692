import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tarEndBytes, tarEntryHeader, tarPaddingBytes } from "../formats/tar/writer.ts";
import { type ScannedEntry, TarScan, type TarTrouble } from "./tar-scan.ts";

interface File {
  readonly name: string;
  readonly content: Buffer;
}

function tarOf(files: readonly File[]): Buffer {
  const parts = files.flatMap(({ name, content }) => [
    tarEntryHeader({ name, sizeBytes: content.length }),
    content,
    tarPaddingBytes(content.length),
  ]);
  const body = Buffer.concat(parts);
  return Buffer.concat([body, tarEndBytes(body.length, 16_384)]);
}

function scan(
  bytes: Buffer,
  chunkBytes: number,
): { readonly entries: ScannedEntry[]; readonly troubles: TarTrouble[] } {
  const entries: ScannedEntry[] = [];
  const troubles: TarTrouble[] = [];
  const scanner = new TarScan(
    (entry) => entries.push(entry),
    (trouble) => troubles.push(trouble),
  );
  for (let start = 0; start < bytes.length; start += chunkBytes)
    scanner.update(bytes.subarray(start, start + chunkBytes));
  scanner.finish();
  return { entries, troubles };
}

test("finds every file with its digest, however the tar is chunked", () => {
  const files = fc.array(
    fc.record({
      name: fc.constantFrom("A.json", "A.ogg", "B.json", "B.opus"),
      content: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(files, fc.integer({ min: 1, max: 5000 }), (wanted, chunkBytes) => {
      const tar = tarOf(wanted);
      const { entries, troubles } = scan(tar, chunkBytes);
      expect(troubles).toEqual([]);
      expect(entries.map(({ name, sha256 }) => ({ name, sha256 }))).toEqual(
        wanted.map(({ name, content }) => ({
          name,
          sha256: createHash("sha256").update(content).digest("hex"),
        })),
      );
      for (const [index, entry] of entries.entries()) {
        const content = wanted[index]?.content ?? Buffer.alloc(0);
        expect(tar.subarray(entry.dataOffset, entry.dataOffset + entry.sizeBytes).equals(content)).toBe(true);
        expect(entry.json).toEqual(entry.name.endsWith(".json") ? content : null);
      }
    }),
  );
});

test("says where it stopped when the tar is cut", () => {
  const tar = tarOf([{ name: "A.json", content: Buffer.alloc(2000) }]);
  expect(scan(tar.subarray(0, 1000), 300).troubles.length).toBeGreaterThan(0);
});

test("never throws, and hands out nothing that is not there, on bytes of any kind", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), fc.integer({ min: 1, max: 700 }), (bytes, chunkBytes) => {
      const { entries } = scan(Buffer.from(bytes), chunkBytes);
      for (const entry of entries)
        expect(entry.dataOffset + entry.sizeBytes).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
