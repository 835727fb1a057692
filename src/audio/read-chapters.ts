import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  type Chapter,
  flacCueChapters,
  ID3V2_HEADER_BYTES,
  id3v2Bytes,
  id3v2Chapters,
  MAX_CUE_SHEET_BYTES,
  MAX_MOVIE_BYTES,
  mp4BoxHeader,
  mp4ChapterList,
  mp4ChapterTitle,
  mp4ChapterTrack,
  orderChapters,
  parseFlacStreamInfo,
} from "../formats/audio/index.ts";
import type { AudioContainer } from "./types.ts";

/** Of an ID3v2 tag that much is looked into: pictures of chapters make tags of some megabytes. */
const MAX_TAG_BYTES = 16 * 1024 * 1024;
const MAX_TITLE_BYTES = 4096;
const MAX_TOP_LEVEL = 10_000;
const UNKNOWN_SIZE = 0xffff_ffff;
/** RFC 9639, 8.1. */
const FLAC_MARKER_BYTES = 4;
const FLAC_CUE_SHEET = 5;
const FLAC_LAST_BLOCK = 0x80;
const STREAMINFO_BYTES = 34;

/**
 * The chapters of a file on a local disk: ID3v2 (also in front of FLAC and in WAV), FLAC's cue sheet, QuickTime's chapter
 * track, or Nero's list. Those that are Vorbis comments are tags, and not given. Memory: at most 32 MiB, whatever the file says.
 * `endMs` is where the recording ends, when that is known: chapters that would begin there or later are left out.
 */
export function readChapters(
  path: string,
  container: AudioContainer,
  endMs: number | null,
): readonly Chapter[] {
  if (container === "ogg") return [];
  const file = openSync(path, "r");
  try {
    const source: Bytes = { file, sizeBytes: fstatSync(file).size };
    const chapters = chaptersOf(source, container);
    return endMs === null ? chapters : chapters.filter(({ startMs }) => startMs < endMs);
  } finally {
    closeSync(file);
  }
}

interface Bytes {
  readonly file: number;
  readonly sizeBytes: number;
}

function chaptersOf(source: Bytes, container: Exclude<AudioContainer, "ogg">): readonly Chapter[] {
  switch (container) {
    case "mp3":
      return tagChapters(source, 0);
    case "flac": {
      const ofTag = tagChapters(source, 0);
      return ofTag.length > 0 ? ofTag : cueChapters(source);
    }
    case "wav": {
      const tagAt = waveTagOffset(source);
      return tagAt === null ? [] : tagChapters(source, tagAt);
    }
    case "mp4":
      return movieChapters(source);
  }
}

function tagChapters(source: Bytes, offsetBytes: number): readonly Chapter[] {
  const tagBytes = id3v2Bytes(read(source, offsetBytes, ID3V2_HEADER_BYTES));
  return tagBytes === 0 ? [] : id3v2Chapters(read(source, offsetBytes, Math.min(tagBytes, MAX_TAG_BYTES)));
}

/** Those of the CUESHEET block. STREAMINFO, the first one, says what its samples are in time. */
function cueChapters(source: Bytes): readonly Chapter[] {
  let at = id3v2Bytes(read(source, 0, ID3V2_HEADER_BYTES)) + FLAC_MARKER_BYTES;
  const sampleRateHz = parseFlacStreamInfo(read(source, at + 4, STREAMINFO_BYTES))?.sampleRateHz;
  if (sampleRateHz === undefined) return [];
  for (let blocks = 0; blocks < MAX_TOP_LEVEL && at + 4 <= source.sizeBytes; blocks += 1) {
    const header = read(source, at, 4);
    const sizeBytes = header.readUIntBE(1, 3);
    const kind = header.readUInt8(0);
    if ((kind & 0x7f) === FLAC_CUE_SHEET) {
      return flacCueChapters(read(source, at + 4, Math.min(sizeBytes, MAX_CUE_SHEET_BYTES)), sampleRateHz);
    }
    if (kind >= FLAC_LAST_BLOCK) return [];
    at += 4 + sizeBytes;
  }
  return [];
}

/** Where the contents of the chunk with the ID3v2 tag begin. RIFF; of an RF64 file only up to its large data chunk. */
function waveTagOffset(source: Bytes): number | null {
  let at = 12;
  for (let chunks = 0; chunks < MAX_TOP_LEVEL && at + 8 <= source.sizeBytes; chunks++) {
    const header = read(source, at, 8);
    if (/^id3 $/i.test(header.toString("latin1", 0, 4))) return at + 8;
    const sizeBytes = header.readUInt32LE(4);
    if (sizeBytes === UNKNOWN_SIZE) return null;
    at += 8 + sizeBytes + (sizeBytes % 2);
  }
  return null;
}

/** Those of the chapter track, which has room for more and longer titles; else those of Nero's list. */
function movieChapters(source: Bytes): readonly Chapter[] {
  const movie = movieBox(source);
  if (movie === null) return [];
  const samples = mp4ChapterTrack(movie).filter(
    ({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes <= source.sizeBytes,
  );
  if (samples.length === 0) return mp4ChapterList(movie);
  return orderChapters(
    samples.map(({ startMs, offsetBytes, sizeBytes }) => ({
      startMs,
      title: mp4ChapterTitle(read(source, offsetBytes, Math.min(sizeBytes, MAX_TITLE_BYTES))),
    })),
  );
}

function movieBox(source: Bytes): Buffer | null {
  let at = 0;
  for (let boxes = 0; boxes < MAX_TOP_LEVEL && at + 8 <= source.sizeBytes; boxes++) {
    const { headerBytes, sizeBytes, type } = mp4BoxHeader(read(source, at, 16), 0);
    const boxBytes = sizeBytes === 0 ? source.sizeBytes - at : sizeBytes;
    if (boxBytes < headerBytes) return null;
    if (type === "moov") {
      const contentBytes = boxBytes - headerBytes;
      return contentBytes > MAX_MOVIE_BYTES ? null : read(source, at + headerBytes, contentBytes);
    }
    at += boxBytes;
  }
  return null;
}

/** The bytes there are; fewer at the end of the file. */
function read({ file, sizeBytes }: Bytes, offsetBytes: number, lengthBytes: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes)));
  let held = 0;
  while (held < buffer.length) {
    const got = readSync(file, buffer, held, buffer.length - held, offsetBytes + held);
    if (got === 0) break;
    held += got;
  }
  return buffer.subarray(0, held);
}
