import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OggTailFacts, oggTailDuration } from "./tail-duration.ts";
import { muxPages } from "./testing/build-ogg.ts";
import { flac, opus, vorbis } from "./testing/walk.ts";

function ends(bytes: Uint8Array, headBytes = 65_536, tailBytes = 131_072): OggTailFacts | null {
  const tail = bytes.subarray(Math.max(0, bytes.length - tailBytes));
  return oggTailDuration(tail, bytes.subarray(0, headBytes));
}

describe("oggTailDuration", () => {
  it.each([
    ["vorbis", vorbis({ audioPackets: 2000 }), 44_100, 1999 * 128],
    ["opus", opus({ audioPackets: 2000, endTrim: 7 }), 48_000, 2000 * 960 - 312 - 7],
    ["flac", flac({ audioPackets: 2000 }), 44_100, 2000 * 4608],
  ])("tells the length of %s from its two ends", (codec, bytes, sampleRateHz, samples) => {
    expect(ends(bytes, 40_000, 40_000)).toMatchObject({
      codec,
      sampleRateHz,
      channels: 2,
      samples,
      durationMs: Math.round((samples * 1000) / sampleRateHz),
      exact: true,
    });
  });

  it("takes the start of a capture off", () => {
    expect(ends(opus({ startGranule: 5_000_000 }))).toMatchObject({ samples: 20 * 960 - 312, exact: true });
  });

  it("says so when the comments push the first audio page out of the head", () => {
    const bytes = opus({ comment: "x".repeat(100_000) });
    expect(ends(bytes)).toMatchObject({ samples: 20 * 960 - 312, exact: false });
  });

  it("says so when the end is cut, and falls back on the page before", () => {
    const bytes = vorbis({ segmentsPerPage: 4 });
    expect(ends(bytes.subarray(0, -1))).toMatchObject({ codec: "vorbis", exact: false });
    expect(ends(bytes.subarray(0, -1))?.samples).toBeLessThan(19 * 128);
    expect(ends(Buffer.concat([bytes, Buffer.alloc(128)]))).toMatchObject({
      samples: 19 * 128,
      exact: false,
    });
  });

  it("has no duration for a chained file or when the tail belongs to something else", () => {
    expect(ends(Buffer.concat([vorbis({ serial: 1 }), vorbis({ serial: 2 })]))?.durationMs).toBeNull();
    const long = vorbis({ serial: 1, audioPackets: 3000 });
    expect(ends(Buffer.concat([long, opus({ serial: 2 })]), 8000, 3000)?.durationMs).toBeNull();
    expect(oggTailDuration(Buffer.from("rubbish"), vorbis())?.durationMs).toBeNull();
  });

  it("looks past pages of other streams", () => {
    const packet = { bytes: Buffer.alloc(9), granule: 4 };
    const other = muxPages([packet, packet], { serial: 99 }).slice(1);
    expect(ends(Buffer.concat([vorbis(), ...other]))).toMatchObject({ samples: 19 * 128 });
  });

  it("is null for what is no Ogg audio", () => {
    expect(ends(new Uint8Array(0))).toBeNull();
    expect(ends(Buffer.from("ID3 and more text than an Ogg page needs"))).toBeNull();
  });

  it("is not slowed down by a tail of nothing but page beginnings", () => {
    const page = Buffer.alloc(27 + 255, 255);
    page.write("OggS");
    const hostile = Buffer.concat(Array.from({ length: 500 }, () => page));
    expect(oggTailDuration(hostile, vorbis())?.durationMs).toBeNull();
  });

  it("never throws", () => {
    const good = vorbis();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(good.length), (bytes, cut) => {
        const head = Buffer.concat([good.subarray(0, cut), bytes]);
        const facts = oggTailDuration(bytes, head);
        return facts === null || facts.channels === 2;
      }),
    );
  });
});
