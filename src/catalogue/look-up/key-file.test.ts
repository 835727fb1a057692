import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { encodeIndexHeader, HEADER_BYTES, keyOfNumber, keyOfText } from "../../formats/index-file/index.ts";
import { DamagedIndexError } from "./index-file.ts";
import { KeyFile, type PayloadBytes } from "./key-file.ts";
import { writeKeyFile } from "./key-file-writer.ts";

const SOURCE = new Uint8Array(32).fill(7);
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-keys-"));
  path = join(folder, "test.keys");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Entry = readonly [key: bigint, payload: bigint];

async function write(entries: readonly Entry[], payloadBytes: PayloadBytes): Promise<KeyFile> {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const chunk = (part: readonly Entry[]) => ({
    keys: BigUint64Array.from(part, ([key]) => key),
    payloads: BigUint64Array.from(part, ([, payload]) => payload),
  });
  const middle = Math.floor(sorted.length / 2);
  const chunks = [chunk(sorted.slice(0, middle)), chunk(sorted.slice(middle))];
  await writeKeyFile({ path, payloadBytes, source: SOURCE, chunks });
  return new KeyFile(path, SOURCE);
}

const key = fc.oneof(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, 40n), fc.constant((1n << 64n) - 1n));
const entries = fc.array(fc.tuple(key, fc.bigInt(0n, 0xffff_ffffn)), { maxLength: 2000, size: "max" });

test.each([0, 4, 8] as const)(
  "finds every entry of a key and nothing else, payload of %d bytes",
  async (bytes) => {
    await fc.assert(
      fc.asyncProperty(entries, key, async (list, missing) => {
        const file = await write(list, bytes);
        const sorted = list.map(([one]) => one).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        for (const wanted of [missing, ...sorted.filter((_, at) => at % 97 === 0)]) {
          const found = file.find(wanted, list.length + 1);
          const expected = list.filter(([one]) => one === wanted).map(([, payload]) => payload);
          const first = sorted.indexOf(wanted);
          expect(found.map(({ ordinal }) => ordinal)).toEqual(expected.map((_, at) => first + at));
          if (bytes > 0) expect(new Set(found.map(({ payload }) => payload))).toEqual(new Set(expected));
        }
        file.close();
      }),
      { numRuns: 30 },
    );
  },
);

test("a run of equal keys that is longer than a window is found whole", async () => {
  const run = Array.from({ length: 1000 }, (_, at): Entry => [1n << 40n, BigInt(at)]);
  const around = Array.from({ length: 500 }, (_, at): Entry => [BigInt(at) << 54n, 5n]);
  const file = await write([...around, ...run], 4);
  expect(file.find(1n << 40n, 2000)).toHaveLength(1000);
  expect(file.find(1n << 40n, 3)).toHaveLength(3);
  expect(file.findRange(1n << 39n, (1n << 54n) + 1n, 5000)).toHaveLength(1001);
  file.close();
});

test("a file of other segments, cut short, or with a changed header is refused", async () => {
  (await write([[1n, 1n]], 8)).close();
  expect(() => new KeyFile(path, new Uint8Array(32))).toThrow(DamagedIndexError);
  const good = readFileSync(path);
  for (let at = 0; at < HEADER_BYTES; at += 1) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 0x10;
    writeFileSync(path, bad);
    expect(() => new KeyFile(path, SOURCE), `byte ${at}`).toThrow(DamagedIndexError);
  }
  for (const length of [0, 5, HEADER_BYTES - 1, HEADER_BYTES, good.length - 1]) {
    writeFileSync(path, good.subarray(0, length));
    expect(() => new KeyFile(path, SOURCE), `${length} bytes`).toThrow(DamagedIndexError);
  }
});

test("a header that contradicts itself is refused, and a body of noise never hangs", async () => {
  const header = { kind: "keys", tableOffset: 0, source: SOURCE, bodySha256: SOURCE } as const;
  for (const [parameter, count, bodyBytes] of [
    [4, 5, 24],
    [3, 1, 11],
    [8, 2, 16],
  ] as const) {
    const bytes = encodeIndexHeader({ ...header, parameter, count, bodyBytes });
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(bodyBytes)]));
    expect(() => new KeyFile(path)).toThrow(DamagedIndexError);
  }
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 24_000, size: "max" });
  fc.assert(
    fc.property(bytes, fc.bigInt(0n, (1n << 64n) - 1n), (noise, wanted) => {
      const count = Math.floor(noise.length / 8);
      const start = encodeIndexHeader({ ...header, parameter: 0, count, bodyBytes: count * 8 });
      writeFileSync(path, Buffer.concat([start, noise.subarray(0, count * 8)]));
      const file = new KeyFile(path);
      try {
        expect(file.find(wanted).length).toBeLessThanOrEqual(count);
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedIndexError);
      } finally {
        file.close();
      }
    }),
  );
});

test("SQL and the program make the same keys of numbers and texts", async () => {
  const database = await Database.open({ threads: 1 });
  await database.runFile(new URL("./mixers.sql", import.meta.url));
  const numbers = fc.array(fc.bigInt(0n, (1n << 64n) - 1n), { minLength: 50, maxLength: 50 });
  const texts = fc.array(fc.string({ unit: "grapheme" }), { minLength: 50, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(numbers, texts, async (some, words) => {
      const clean = words.map((word) => word.replaceAll("\0", ""));
      const rows = await database.rows(
        `select key_of_number(number::ubigint) as number, key_of_text(word) as word
         from (select unnest(string_split($numbers, ',')) as number, unnest(string_split($words, chr(10))) as word)`,
        { numbers: some.join(), words: clean.map((word) => word.replaceAll("\n", " ")).join("\n") },
      );
      expect(rows.map(({ number }) => number)).toEqual(some.map(keyOfNumber));
      expect(rows.map(({ word }) => word)).toEqual(
        clean.map((word) => keyOfText(word.replaceAll("\n", " "))),
      );
    }),
    { numRuns: 20 },
  );
  database.close();
});
