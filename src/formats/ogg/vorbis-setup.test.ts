import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitWriter, vorbisSetup } from "./testing/build-ogg.ts";
import { parseVorbisModes } from "./vorbis-setup.ts";

/** A set-up header with every branch of the grammar in it, for two channels. */
function fullSetup(edit: { readonly transformType?: number; readonly framing?: number } = {}): Uint8Array {
  const bits = new BitWriter();
  for (const byte of Buffer.from("05766f72626973", "hex")) bits.write(byte, 8);
  bits.write(3, 8);
  // sparse lengths, no look-up
  bits.write(0x564342, 24).write(2, 16).write(3, 24).write(0, 1).write(1, 1);
  bits.write(1, 1).write(4, 5).write(0, 1).write(1, 1).write(5, 5).write(0, 4);
  // ordered lengths in runs of 1, 0 and 3, look-up 1 with two values (2² ≤ 4)
  bits.write(0x564342, 24).write(2, 16).write(4, 24).write(1, 1).write(1, 5);
  bits.write(1, 3).write(0, 2).write(3, 2);
  bits.write(1, 4).write(0, 32).write(0, 32).write(2, 4).write(0, 1).write(7, 3).write(7, 3);
  // look-up 2 with entries × dimensions values
  bits.write(0x564342, 24).write(3, 16).write(2, 24).write(0, 2).write(0, 10);
  bits.write(2, 4).write(0, 32).write(0, 32).write(3, 4).write(1, 1).write(0xabcdef, 24);
  bits.write(0x564342, 24).write(1, 16).write(1, 24).write(0, 2).write(0, 5).write(0, 4);
  bits.write(1, 6).write(0, 16).write(0, 16);
  // a floor of type 0 with two books, one of type 1 with two classes
  bits.write(1, 6);
  bits.write(0, 16).write(9, 8).write(9, 16).write(9, 16).write(9, 6).write(9, 8).write(1, 4).write(0, 16);
  bits.write(1, 16).write(3, 5).write(0, 4).write(1, 4).write(0, 4);
  bits.write(2, 3).write(0, 2).write(0, 8);
  bits.write(0, 3).write(2, 2).write(0, 8).write(0, 32);
  bits
    .write(1, 2)
    .write(7, 4)
    .write(1, 7)
    .write(2, 7)
    .write(3, 7)
    .write(4, 7)
    .write(5, 7)
    .write(6, 7)
    .write(7, 7);
  // a residue with two classes, three books among them
  bits.write(0, 6).write(2, 16).write(0, 24).write(9, 24).write(9, 24).write(1, 6).write(0, 8);
  bits.write(1, 3).write(0, 1).write(4, 3).write(1, 1).write(16, 5).write(0, 24);
  // a mapping with two submaps and one coupling step
  bits.write(0, 6).write(0, 16).write(1, 1).write(1, 4).write(1, 1).write(0, 8).write(0, 1).write(1, 1);
  bits.write(0, 2).write(0, 4).write(1, 4).write(0, 24).write(0, 24);
  bits.write(2, 6);
  for (const blockFlag of [1, 0, 1]) {
    bits
      .write(blockFlag, 1)
      .write(0, 16)
      .write(edit.transformType ?? 0, 16)
      .write(0, 8);
  }
  return bits.write(edit.framing ?? 1, 1).bytes();
}

describe("parseVorbisModes", () => {
  it("finds the modes behind every kind of codebook, floor, residue and mapping", () => {
    expect(parseVorbisModes(fullSetup(), 2)).toEqual([true, false, true]);
    expect(parseVorbisModes(vorbisSetup(), 2)).toEqual([false, true]);
  });

  it("refuses a header with a wrong field, without its framing bit or cut short", () => {
    expect(parseVorbisModes(fullSetup({ transformType: 1 }), 2)).toBeNull();
    expect(parseVorbisModes(fullSetup({ framing: 0 }), 2)).toBeNull();
    const whole = fullSetup();
    for (let end = 0; end < whole.length; end++) {
      expect(parseVorbisModes(whole.subarray(0, end), 2), `cut at ${end}`).toBeNull();
    }
  });

  it("refuses what is too large, and codebooks that claim millions of entries", () => {
    expect(parseVorbisModes(Buffer.concat([vorbisSetup(), Buffer.alloc(300_000)]), 2)).toBeNull();
    for (const layout of [0, 1, 2]) {
      const bits = new BitWriter();
      for (const byte of Buffer.from("05766f72626973", "hex")) bits.write(byte, 8);
      bits.write(255, 8).write(0x564342, 24).write(0xffff, 16).write(0xff_ffff, 24).write(layout, 2);
      expect(parseVorbisModes(Buffer.concat([bits.bytes(), Buffer.alloc(200_000)]), 2)).toBeNull();
    }
  });

  it("ends for any bytes behind the magic", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 255 }), (bytes, channels) => {
        const packet = Buffer.concat([Buffer.from("05766f72626973", "hex"), bytes]);
        const modes = parseVorbisModes(packet, channels);
        return modes === null || modes.length <= 64;
      }),
    );
  });

  it("ends for any change of a good header", () => {
    const good = fullSetup();
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        const modes = parseVorbisModes(bytes, 2);
        return modes === null || modes.length <= 64;
      }),
    );
  });
});
