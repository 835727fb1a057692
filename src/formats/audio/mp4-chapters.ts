import { type Chapter, chapterTitle, MAX_CHAPTERS, orderChapters } from "./chapters.ts";
import { asciiAt, u8, u16be, u32be, u64be } from "./integers.ts";
import { findMp4Box, type Mp4Box, mp4Boxes } from "./mp4-box.ts";
import { mp4TrackSamples } from "./mp4-track-samples.ts";

/** A chapter whose title lies outside the movie box, as a sample of text. */
export interface Mp4ChapterSample {
  readonly startMs: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

const TEXT_HANDLERS = new Set(["text", "sbtl"]);
/** References from one track that are followed. */
const MAX_REFERENCES = 16;
/** Nero's times count 100 ns. */
const NERO_UNITS_PER_MS = 10_000;

/** Nero's list (`udta.chpl`) in the contents of a `moov` box: up to 255 titles of up to 255 bytes. */
export function mp4ChapterList(movie: Uint8Array): readonly Chapter[] {
  const box = findMp4Box(movie, 0, movie.length, "udta.chpl");
  if (box === null) return [];
  // Version 1 has four bytes more in front of the count.
  let at = box.start + (u8(movie, box.start) === 1 ? 8 : 4);
  const count = u8(movie, at++);
  const chapters: Chapter[] = [];
  for (let chapter = 0; chapter < count && at + 9 <= box.end; chapter++) {
    const startMs = Math.round(u64be(movie, at) / NERO_UNITS_PER_MS);
    const end = at + 9 + u8(movie, at + 8);
    if (end > box.end) break;
    chapters.push({ startMs, title: chapterTitle(new TextDecoder().decode(movie.subarray(at + 9, end))) });
    at = end;
  }
  return orderChapters(chapters);
}

/**
 * The samples of the text track that the first sound track names as its chapters, in the contents of a `moov` box.
 * QuickTime File Format, *Chapter Lists*.
 */
export function mp4ChapterTrack(movie: Uint8Array): readonly Mp4ChapterSample[] {
  const boxes = mp4Boxes(movie, 0, movie.length);
  const tracks = boxes.filter(({ type }) => type === "trak");
  const sound = tracks.find((track) => handlerOf(movie, track) === "soun");
  const references = sound && findMp4Box(movie, sound.start, sound.end, "tref.chap");
  if (references == null) return [];
  const ids = new Set<number>();
  for (let at = references.start; at + 4 <= references.end && ids.size < MAX_REFERENCES; at += 4) {
    ids.add(u32be(movie, at));
  }
  const text = tracks.find(
    (track) => ids.has(trackId(movie, track)) && TEXT_HANDLERS.has(handlerOf(movie, track)),
  );
  const header = text && findMp4Box(movie, text.start, text.end, "mdia.mdhd");
  const table = text && findMp4Box(movie, text.start, text.end, "mdia.minf.stbl");
  if (text === undefined || header == null || table == null) return [];
  const timescale = timescaleOf(movie, header);
  if (timescale === 0) return [];
  const movieHeader = boxes.find(({ type }) => type === "mvhd");
  const delayMs = emptyEditMs(movie, text, movieHeader === undefined ? 0 : timescaleOf(movie, movieHeader));
  return mp4TrackSamples(movie, table, MAX_CHAPTERS).map(({ startTime, offsetBytes, sizeBytes }) => ({
    startMs: delayMs + Math.round((startTime * 1000) / timescale),
    offsetBytes,
    sizeBytes,
  }));
}

/** The text of a chapter's sample: its length in 16 bits, then UTF-8, or UTF-16 behind a byte order mark. */
export function mp4ChapterTitle(sample: Uint8Array): string | null {
  const text = sample.subarray(2, 2 + u16be(sample, 0));
  const mark = u16be(text, 0);
  const encoding = mark === 0xfeff ? "utf-16be" : mark === 0xfffe ? "utf-16le" : "utf-8";
  return chapterTitle(new TextDecoder(encoding).decode(text));
}

function handlerOf(bytes: Uint8Array, track: Mp4Box): string {
  const handler = findMp4Box(bytes, track.start, track.end, "mdia.hdlr");
  return handler === null ? "" : asciiAt(bytes, handler.start + 8, 4);
}

function trackId(bytes: Uint8Array, track: Mp4Box): number {
  const header = findMp4Box(bytes, track.start, track.end, "tkhd");
  if (header === null) return 0;
  return u32be(bytes, header.start + (u8(bytes, header.start) === 1 ? 20 : 12));
}

function timescaleOf(bytes: Uint8Array, { start }: Mp4Box): number {
  return u32be(bytes, start + (u8(bytes, start) === 1 ? 20 : 12));
}

/** How long a track waits before its first sample: an edit of no media at its start. ISO/IEC 14496-12, 8.6.6. */
function emptyEditMs(bytes: Uint8Array, track: Mp4Box, movieScale: number): number {
  const list = findMp4Box(bytes, track.start, track.end, "edts.elst");
  if (list === null || movieScale === 0 || u32be(bytes, list.start + 4) === 0) return 0;
  const isLong = u8(bytes, list.start) === 1;
  const isEmpty = u32be(bytes, list.start + (isLong ? 16 : 12)) === 0xffff_ffff;
  const duration = isLong ? u64be(bytes, list.start + 8) : u32be(bytes, list.start + 8);
  return isEmpty ? Math.round((duration * 1000) / movieScale) : 0;
}
