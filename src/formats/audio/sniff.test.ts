import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opus } from "../ogg/testing/walk.ts";
import { sniffContainer } from "./sniff.ts";
import { box, FTYP, flac, id3v2, mp3, mp3Frame, wav } from "./testing/build-audio.ts";

describe("sniffContainer", () => {
  it.each([
    ["ogg", "Ogg page", opus(), "a.ogg"],
    ["flac", "FLAC marker", flac(), "a.flac"],
    ["flac", "FLAC marker behind an ID3v2 tag", Buffer.concat([id3v2(200), flac()]), "a.mp3"],
    ["mp3", "MPEG audio frames, layer 3", mp3(), "noname"],
    ["mp3", "MPEG audio frames, layer 3", Buffer.concat([id3v2(0), id3v2(99), mp3()]), "a.ogg"],
    [
      "mp3",
      "MPEG audio frames, layer 3, behind 700 other bytes",
      Buffer.concat([id3v2(9), Buffer.alloc(700), mp3()]),
      "",
    ],
    ["mp4", "MP4 box ftyp", FTYP, "a.m4a"],
    ["mp4", "MP4 box mdat", box("mdat", Buffer.alloc(30, 3)), "a.m4a"],
    ["wav", "RIFF WAVE header", wav(), "a.wav"],
    ["wav", "RF64 WAVE header", wav({ form: "RF64" }), "a.wav"],
    ["zip", "zip archive", Buffer.from("PK\x03\x04rest of a zip"), "a.mp3"],
    ["zip", "empty zip archive", Buffer.from("PK\x05\x06".padEnd(22, "\0")), "a.pk3"],
    ["unknown", "empty", Buffer.alloc(0), "a.mp3"],
    ["unknown", "nothing but zero bytes", Buffer.alloc(5000), "a.mp3"],
    ["unknown", "JPEG picture", Buffer.from("ffd8ffe000104a464946", "hex"), "a.mp3"],
    ["unknown", "PNG picture", Buffer.from("89504e470d0a1a0a", "hex"), "a.ogg"],
    ["unknown", "text", Buffer.from("Track 1: something\n"), "a.mp3"],
    ["unknown", "raw AAC (ADTS) stream, not supported", Buffer.from("fff15080021ffc", "hex"), "a.aac"],
    ["unknown", "AVI video", Buffer.from("RIFF\0\0\0\0AVI LIST"), "a.wav"],
    ["unknown", "no known audio format", Buffer.from("0102030405", "hex"), "a.mp3"],
    ["unknown", "no known audio format", mp3Frame(1), "a.mp3"],
    [
      "unknown",
      "ID3v2 tag with no audio behind it",
      Buffer.concat([id3v2(50), Buffer.alloc(400, 1)]),
      "a.mp3",
    ],
  ])("says %s: %s", (container, reason, head, name) => {
    expect(sniffContainer(head, name)).toEqual({ container, reason });
  });

  it("asks for bytes from further on when a tag fills the head, and goes by the name until then", () => {
    const head = id3v2(300_000).subarray(0, 65_536);
    expect(sniffContainer(head, "x.mp3")).toMatchObject({ container: "mp3", probeAtBytes: 300_010 });
    expect(sniffContainer(head, "x.FLAC")).toMatchObject({ container: "flac", probeAtBytes: 300_010 });
  });

  it("does not take one frame header by chance for MP3", () => {
    const bytes = Buffer.alloc(20_000, 0x55);
    for (let at = 100; at < bytes.length; at += 1000) bytes.set([0xff, 0xfb, 0x90, 0x64], at);
    expect(sniffContainer(bytes).container).toBe("unknown");
  });

  it("gives an answer with a reason for any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.constantFrom("", "ID3", "OggS", "\xff\xfb"),
        (bytes, magic) => {
          const { container, reason } = sniffContainer(
            Buffer.concat([Buffer.from(magic, "latin1"), bytes]),
            "x.mp3",
          );
          return container.length > 0 && reason.length > 0;
        },
      ),
    );
  });
});
