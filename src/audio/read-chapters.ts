import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  type Chapter,
  ID3V2_HEADER_BYTES,
  id3v2Bytes,
  id3v2Chapters,
  MAX_MOVIE_BYTES,
  mp4BoxHeader,
  mp4ChapterList,
  mp4ChapterTitle,
  mp4ChapterTrack,
  orderChapters,
} from "../formats/audio/index.ts";
import type { AudioContainer } from "./types.ts";

/** Of an ID3v2 tag that much is looked into: pictures of chapters make tags of some megabytes. */
const MAX_TAG_BYTES = 16 * 1024 * 1024;
const MAX_TITLE_BYTES = 4096;
const MAX_TOP_LEVEL = 10_000;
const UNKNOWN_SIZE = 0xffff_ffff;

/**
 * The chapters of a file on a local disk: ID3v2 (also in front of FLAC and in WAV), QuickTime's chapter track, or Nero's
 * list. Those that are Vorbis comments are tags, and not given. Memory: at most 32 MiB, whatever the file says.
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
    case "flac":
      return tagChapters(source, 0);
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
