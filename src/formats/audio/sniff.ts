import type { Container } from "./container.ts";
import { ID3V2_HEADER_BYTES, id3v2Bytes } from "./id3v2.ts";
import { asciiAt, hasAscii, u8, u32be } from "./integers.ts";
import { isSameMpegStream, type MpegFrameHeader, parseMpegFrame } from "./mpeg-frame.ts";

export interface SniffedContainer {
  readonly container: Container | "zip" | "unknown";
  /** what was seen, for people: "Ogg page", "JPEG picture", "empty" … */
  readonly reason: string;
  /**
   * Set when the head is not enough: a tag fills it and the audio begins at this offset. The container is
   * then a guess by the file name; sniff again with bytes from there.
   */
  readonly probeAtBytes?: number;
}

/** Junk between a tag and the first MPEG frame that is still looked past. */
const MAX_MPEG_LEAD_BYTES = 8192;
/** Frames in a row that are asked for at the expected place, and behind junk. */
const FRAMES_IN_PLACE = 2;
const FRAMES_BEHIND_JUNK = 4;

/** Offset, magic bytes, what it is. Looked at in this order. */
const OTHER_FORMATS: readonly (readonly [offset: number, magic: string, name: string])[] = [
  [0, "\xff\xd8\xff", "JPEG picture"],
  [0, "\x89PNG\r\n", "PNG picture"],
  [0, "GIF8", "GIF picture"],
  [0, "BM", "BMP picture"],
  [8, "WEBP", "WebP picture"],
  [8, "AVI ", "AVI video"],
  [0, "%PDF", "PDF document"],
  [0, "\x1f\x8b", "gzip file"],
  [0, "BZh", "bzip2 file"],
  [0, "\xfd7zXZ\0", "xz file"],
  [0, "\x28\xb5\x2f\xfd", "Zstandard file"],
  [0, "7z\xbc\xaf\x27\x1c", "7-Zip archive"],
  [0, "Rar!", "RAR archive"],
  [257, "ustar", "tar archive"],
  [0, "\x7fELF", "program"],
  [0, "MZ", "program"],
  [0, "SQLite format 3", "SQLite database"],
  [0, "PAR1", "Parquet table"],
  [0, "FORM", "AIFF or another IFF file, not supported"],
  [0, "\x30\x26\xb2\x75", "ASF (WMA) file, not supported"],
  [0, "\x1a\x45\xdf\xa3", "Matroska or WebM file, not supported"],
  [0, "MThd", "MIDI file"],
  [0, "wvpk", "WavPack file, not supported"],
  [0, "MAC ", "Monkey's Audio file, not supported"],
  [0, "MPCK", "Musepack file, not supported"],
  [0, "MP+", "Musepack file, not supported"],
  [0, "TTA1", "TTA file, not supported"],
  [0, "DSD ", "DSF file, not supported"],
  [0, "FRM8", "DSDIFF file, not supported"],
  [0, "#!AMR", "AMR file, not supported"],
  [0, ".snd", "AU file, not supported"],
];

/** Top-level boxes that a file may begin with. ISO/IEC 14496-12; the last ones from QuickTime. */
const FIRST_BOXES = new Set(["ftyp", "styp", "moov", "mdat", "free", "skip", "wide", "pnot"]);

/** Says what a file is by its first bytes (64 KiB are plenty); the name only breaks the tie it is said to. */
export function sniffContainer(head: Uint8Array, fileName = ""): SniffedContainer {
  if (head.length === 0) return unknown("empty");
  if (head.every((byte) => byte === 0)) return unknown("nothing but zero bytes");
  if (hasAscii(head, 0, "OggS")) return { container: "ogg", reason: "Ogg page" };
  if (hasAscii(head, 0, "fLaC")) return { container: "flac", reason: "FLAC marker" };
  if (hasAscii(head, 0, "PK\x03\x04")) return { container: "zip", reason: "zip archive" };
  if (hasAscii(head, 0, "PK\x05\x06")) return { container: "zip", reason: "empty zip archive" };
  if (/^(RIFF|RF64|BW64)$/.test(asciiAt(head, 0, 4)) && hasAscii(head, 8, "WAVE")) {
    return { container: "wav", reason: `${asciiAt(head, 0, 4)} WAVE header` };
  }
  if (isMp4(head)) return { container: "mp4", reason: `MP4 box ${asciiAt(head, 4, 4)}` };
  if (id3v2Bytes(head) > 0) return behindTag(head, fileName);
  const mpeg = sniffMpeg(head, 0);
  if (mpeg !== null) return mpeg;
  const known = OTHER_FORMATS.find(([offset, magic]) => hasAscii(head, offset, magic));
  if (known !== undefined) return unknown(known[2]);
  const lead = searchMpeg(head, 0);
  return lead ?? unknown(otherwise(head));
}

/** An ID3v2 tag (or several) stands in front: what counts is behind it. */
function behindTag(head: Uint8Array, fileName: string): SniffedContainer {
  let at = 0;
  for (let tag = id3v2Bytes(head); tag > 0; tag = id3v2Bytes(head, at)) at += tag;
  if (at + ID3V2_HEADER_BYTES > head.length) {
    const container = /\.flac$/i.test(fileName) ? "flac" : "mp3";
    const reason = `ID3v2 tag longer than the ${head.length} bytes at hand; ${container} by its name`;
    return { container, reason, probeAtBytes: at };
  }
  if (hasAscii(head, at, "fLaC")) return { container: "flac", reason: "FLAC marker behind an ID3v2 tag" };
  return sniffMpeg(head, at) ?? searchMpeg(head, at) ?? unknown("ID3v2 tag with no audio behind it");
}

function sniffMpeg(head: Uint8Array, at: number): SniffedContainer | null {
  const first = framesInARow(head, at, FRAMES_IN_PLACE);
  return first === null ? null : { container: "mp3", reason: `MPEG audio frames, layer ${first.layer}` };
}

/** Looks past padding and junk, but then asks for more frames in a row. */
function searchMpeg(head: Uint8Array, from: number): SniffedContainer | null {
  for (let at = from + 1; at < Math.min(head.length, from + MAX_MPEG_LEAD_BYTES); at++) {
    if (head[at] !== 0xff) continue;
    const first = framesInARow(head, at, FRAMES_BEHIND_JUNK);
    if (first === null) continue;
    return {
      container: "mp3",
      reason: `MPEG audio frames, layer ${first.layer}, behind ${at - from} other bytes`,
    };
  }
  return null;
}

function framesInARow(head: Uint8Array, start: number, count: number): MpegFrameHeader | null {
  const first = parseMpegFrame(head, start);
  let at = start;
  for (let found = 0; found < count; found++) {
    const frame = parseMpegFrame(head, at);
    if (first === null || frame === null || !isSameMpegStream(first, frame)) return null;
    at += frame.frameBytes;
  }
  return first;
}

function isMp4(head: Uint8Array): boolean {
  if (!FIRST_BOXES.has(asciiAt(head, 4, 4))) return false;
  const sizeBytes = u32be(head, 0);
  return sizeBytes <= 1 || sizeBytes >= 8;
}

/** For a reader of a report: is it text, or another stream of frames? */
function otherwise(head: Uint8Array): string {
  if (u8(head, 0) === 0xff && (u8(head, 1) & 0xf6) === 0xf0) return "raw AAC (ADTS) stream, not supported";
  const sample = head.subarray(0, 4096);
  const isText = sample.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);
  return isText ? "text" : "no known audio format";
}

function unknown(reason: string): SniffedContainer {
  return { container: "unknown", reason };
}
