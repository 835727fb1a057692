import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSafePath } from "../../core/safe-path.ts";
import { ustarBlock } from "./header.ts";
import { type TarEvent, TarReader } from "./reader.ts";
import { type TarEntry, tarEndBytes, tarEntryHeader, tarPaddingBytes } from "./writer.ts";

function readAll(bytes: Buffer): readonly TarEvent[] {
  const reader = new TarReader();
  return [...reader.push(bytes), ...reader.finish()];
}

function entryBytes(entry: TarEntry): readonly Buffer[] {
  return [tarEntryHeader(entry), Buffer.alloc(entry.sizeBytes, 0xff), tarPaddingBytes(entry.sizeBytes)];
}

function archive(...parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, tarEndBytes(bytes.length, 4096)]);
}

const END = Buffer.alloc(1024);

/** A header of any type, with its bytes. */
function header(type: string, name: string, body: Buffer | string = "", sizeBytes?: number): Buffer {
  const bytes = Buffer.from(body);
  const block = ustarBlock(Buffer.from(name), sizeBytes ?? bytes.length, "0");
  block.write(type, 156, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0) - checksumBytes(block) + 8 * 0x20;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([block, bytes, tarPaddingBytes(bytes.length)]);
}

function checksumBytes(block: Buffer): number {
  return block.subarray(148, 156).reduce((total, byte) => total + byte, 0);
}

describe("TarReader", () => {
  test("reads entries with their places, and the end", () => {
    const bytes = archive(
      ...entryBytes({ name: "a.json", sizeBytes: 0 }),
      ...entryBytes({ name: "é.ogg", sizeBytes: 513 }),
      ...entryBytes({ name: "b", sizeBytes: 512 }),
    );
    expect(readAll(bytes)).toEqual([
      { kind: "entry", name: "a.json", sizeBytes: 0, headerOffset: 0, dataOffset: 512 },
      { kind: "entry", name: "é.ogg", sizeBytes: 513, headerOffset: 512, dataOffset: 2048 },
      { kind: "entry", name: "b", sizeBytes: 512, headerOffset: 3072, dataOffset: 3584 },
      { kind: "end", offset: 4096 },
    ]);
  });

  test("gives each entry with the chunk that completes its header", () => {
    const [first, ...rest] = entryBytes({ name: "a", sizeBytes: 5 });
    const reader = new TarReader();
    expect(reader.push((first ?? END).subarray(0, 511))).toEqual([]);
    expect(reader.push((first ?? END).subarray(511))).toMatchObject([{ kind: "entry", name: "a" }]);
    expect(reader.push(Buffer.concat(rest))).toEqual([]);
  });

  test("gives the same however the archive is cut, and places that hold the files", () => {
    const name = fc
      .stringMatching(/^[a-zé曲]{1,60}(\/[a-z]{1,60}){0,3}x$/)
      .map((each) => each.normalize("NFC"))
      // Chance also makes names of devices, such as "con/ax", which are refused.
      .filter(isSafePath);
    const entries = fc.array(fc.record({ name, sizeBytes: fc.nat(3000) }), { maxLength: 6 });
    fc.assert(
      fc.property(entries, fc.array(fc.nat(5000), { maxLength: 8 }), (files, cuts) => {
        const bytes = archive(...files.flatMap(entryBytes));
        const reader = new TarReader();
        const events: TarEvent[] = [];
        let position = 0;
        for (const cut of cuts) {
          events.push(...reader.push(bytes.subarray(position, position + cut)));
          position += cut;
        }
        events.push(...reader.push(bytes.subarray(position)), ...reader.finish());
        expect(events).toEqual(readAll(bytes));
        const found = events.filter((event) => event.kind === "entry");
        expect(found.map((event) => ({ name: event.name, sizeBytes: event.sizeBytes }))).toEqual(files);
        for (const { dataOffset, sizeBytes } of found) {
          expect(bytes.subarray(dataOffset, dataOffset + sizeBytes)).toEqual(Buffer.alloc(sizeBytes, 0xff));
        }
      }),
    );
  });

  test("passes over a file larger than memory without its bytes being there", () => {
    const reader = new TarReader();
    expect(reader.push(tarEntryHeader({ name: "big", sizeBytes: 2 ** 50 }))).toMatchObject([
      { kind: "entry", sizeBytes: 2 ** 50 },
    ]);
    expect(reader.finish()).toMatchObject([
      { kind: "failed", reason: "ends before its two blocks of zeros" },
    ]);
  });

  test.each([
    ["a GNU long name", header("L", "././@LongLink", `${"n".repeat(150)}\0`), `${"n".repeat(150)}`],
    ["a pax path", header("x", "p", "10 path=b\n"), "b"],
    ["pax records that are of no concern", header("x", "p", "12 mtime=1.5\n".replace("12", "13")), "a"],
    ["a global comment", header("g", "p", "15 comment=abcd\n".replace("15", "16")), "a"],
    [
      "both kinds of long name: pax wins",
      Buffer.concat([header("x", "p", "10 path=b\n"), header("L", "l", "c\0")]),
      "b",
    ],
  ])("reads %s", (_name, extension, name) => {
    expect(readAll(archive(extension, ...entryBytes({ name: "a", sizeBytes: 3 })))).toMatchObject([
      { kind: "entry", name, sizeBytes: 3, headerOffset: 0 },
      { kind: "end" },
    ]);
  });

  test("a pax size goes before that of the header", () => {
    const bytes = archive(header("x", "p", "10 size=3\n"), header("0", "a", "", 0), Buffer.alloc(512));
    // The stand-in says 0 bytes; the block behind it is the file, not a header.
    expect(readAll(bytes)).toMatchObject([
      { kind: "entry", name: "a", sizeBytes: 3, dataOffset: 1536 },
      { kind: "end", offset: 2048 },
    ]);
  });
});

describe("TarReader refuses, and reads on after,", () => {
  test.each([
    ["a hard link", header("1", "a"), "a hard link"],
    ["a symbolic link", header("2", "a"), "a symbolic link"],
    ["a character device", header("3", "a"), "a device"],
    ["a block device", header("4", "a"), "a device"],
    ["a directory", header("5", "a/"), "a directory"],
    ["a directory of the old kind", header("0", "a/"), "a directory"],
    ["a pipe", header("6", "a"), "a pipe"],
    ["an unknown type", header("7", "a", "bytes"), 'type "7"'],
    ["a name that leads out", header("0", "../a", "bytes"), '".." segment'],
    ["an absolute name", header("0", "/a", "bytes"), "absolute"],
    ["an empty name", header("0", "", "bytes"), "empty path"],
    ["a device name", header("0", "nul.ogg", "bytes"), "device name"],
    [
      "a pax path that leads out of a safe name",
      Buffer.concat([header("x", "p", "13 path=../b\n"), header("0", "a")]),
      '".." segment',
    ],
    [
      "a pax path with a NUL",
      Buffer.concat([header("x", "p", "12 path=b\0c\n"), header("0", "a")]),
      "control character",
    ],
    ["an empty pax path", Buffer.concat([header("x", "p", "8 path=\n"), header("0", "a")]), "empty path"],
    [
      "a pax sparse file",
      Buffer.concat([header("x", "p", "22 GNU.sparse.major=1\n"), header("0", "a")]),
      "sparse",
    ],
    [
      "a GNU name with a NUL within",
      Buffer.concat([header("L", "l", "b\0c\0"), header("0", "a")]),
      "control character",
    ],
  ])("%s", (_name, bytes, reason) => {
    expect(readAll(archive(bytes, ...entryBytes({ name: "next", sizeBytes: 1 })))).toMatchObject([
      { kind: "refused", reason: expect.stringContaining(reason) },
      { kind: "entry", name: "next" },
      { kind: "end" },
    ]);
  });

  test("a name that is not UTF-8", () => {
    const block = ustarBlock(Buffer.from([0x61, 0xff]), 0, "0");
    expect(readAll(archive(block))).toMatchObject([
      { kind: "refused", reason: "name is not UTF-8" },
      { kind: "end" },
    ]);
  });
});

describe("TarReader fails at", () => {
  const file = header("0", "a");
  test.each([
    ["nothing", Buffer.alloc(0), "ends before"],
    ["a header with a wrong checksum", archive(Buffer.alloc(512, 1)), "checksum"],
    ["an archive without its end", file, "ends before"],
    ["one block of zeros only", Buffer.concat([file, Buffer.alloc(512)]), "ends before"],
    ["a file cut short", header("0", "a", "bytes").subarray(0, 600), "ends before"],
    ["a header cut short", file.subarray(0, 100), "ends before"],
    ["an end that is no whole block", Buffer.concat([file, END, Buffer.alloc(1)]), "within a block"],
    [
      "a header after one block of zeros",
      Buffer.concat([file, Buffer.alloc(512), file, END]),
      "after a block of zeros",
    ],
    [
      "bytes after the end",
      Buffer.concat([file, END, Buffer.alloc(5000), Buffer.from("x")]),
      "after the end",
    ],
    ["an entry after the end", Buffer.concat([file, END, file, END]), "after the end"],
    ["a link with bytes", archive(header("2", "a", "bytes")), "with bytes of its own"],
    ["a directory with bytes", archive(header("5", "a/", "", 512)), "with bytes of its own"],
    ["a GNU sparse file", archive(header("S", "a", "bytes")), "with bytes of its own"],
    ["a pax header of more than 1 MiB", archive(header("x", "p", "", 2 ** 20 + 1)), "more than 1048576"],
    ["a GNU long name of 8 GiB", archive(header("L", "l", "", 2 ** 33 - 1)), "more than 1048576"],
    [
      "two pax headers for one entry",
      archive(header("x", "p", "10 path=b\n"), header("x", "p", "10 path=c\n"), file),
      "two extended headers",
    ],
    ["pax headers without end", archive(...Array(50).fill(header("x", "p"))), "two extended headers"],
    ["a pax header without an entry", archive(header("x", "p", "10 path=b\n")), "without its entry"],
    ["a pax header of broken records", archive(header("x", "p", "99 path=b\n"), file), "wrong length"],
    ["a negative pax size", archive(header("x", "p", "11 size=-1\n"), file), "pax size"],
    ["a pax size beyond 2^53", archive(header("x", "p", "25 size=9007199254740992\n"), file), "pax size"],
    ["an empty pax size", archive(header("x", "p", "8 size=\n"), file), "pax size"],
    [
      "a file beyond 2^53",
      archive(header("x", "p", "25 size=9007199254740991\n"), file),
      "size out of bounds",
    ],
    ["a path for all entries", archive(header("g", "p", "10 path=b\n"), file), "global header"],
    ["a size for all entries", archive(header("g", "p", "10 size=1\n"), file), "global header"],
  ])("%s", (_name, bytes, reason) => {
    const events = readAll(bytes);
    expect(events.at(-1)).toMatchObject({ kind: "failed", reason: expect.stringContaining(reason) });
    expect(events.filter(({ kind }) => kind === "failed").length).toBe(1);
  });

  test("bytes that come after it failed, and says so once", () => {
    const reader = new TarReader();
    expect(reader.push(Buffer.alloc(512, 1))).toMatchObject([{ kind: "failed", offset: 512 }]);
    expect(reader.push(archive(file))).toEqual([]);
    expect(reader.finish()).toEqual([]);
  });
});

describe("TarReader with any bytes", () => {
  test("does not crash or hang", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(readAll(Buffer.from(bytes)).at(-1)).toMatchObject({ kind: "failed" });
      }),
    );
  });

  test("notices any changed byte outside the files and the checksums, or gives other entries", () => {
    const bytes = archive(
      ...entryBytes({ name: "a.json", sizeBytes: 10 }),
      ...entryBytes({ name: "é.ogg", sizeBytes: 600 }),
    );
    const before = readAll(bytes);
    const places = [...bytes.keys()].filter((index) => {
      const isFile = before.some(
        (event) =>
          event.kind === "entry" &&
          index >= event.dataOffset &&
          index < event.dataOffset + Math.ceil(event.sizeBytes / 512) * 512,
      );
      const isPaxFill = index >= 1536 + 15 && index < 2048;
      const isChecksum = [0, 1024, 2048].some((start) => index >= start + 148 && index < start + 156);
      return !isFile && !isPaxFill && !isChecksum;
    });
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const broken = Buffer.from(bytes);
        broken[index] = (broken[index] ?? 0) ^ change;
        expect(readAll(broken)).not.toEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});
