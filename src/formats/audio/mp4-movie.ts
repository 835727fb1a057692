import { asciiAt, u8, u32be, u64be } from "./integers.ts";
import { findMp4Box, type Mp4Box, mp4Boxes } from "./mp4-box.ts";
import { type Mp4SampleEntry, parseMp4SampleEntry } from "./mp4-sample-entry.ts";
import { type Mp4SampleTable, parseMp4SampleTable } from "./mp4-sample-table.ts";

/** The first sound track of a movie box. */
export interface Mp4AudioTrack extends Mp4SampleEntry {
  /** what plays, edit list applied; null when the file does not say (fragments) */
  readonly durationMs: number | null;
  /** true when the length is told to the sample: lossless codecs, or an edit list that names the priming */
  readonly durationExact: boolean;
  /** file offset behind which the last chunk begins; null when not stated */
  readonly lastChunkOffsetBytes: number | null;
}

/** The tables of the first sound track, and what its headers say of the same things. */
export interface Mp4SoundTables {
  readonly table: Mp4SampleTable | null;
  /** what of its headers contradicts the rest, with its place in the parsed bytes */
  readonly problems: readonly { readonly at: number; readonly detail: string }[];
}

export interface Mp4Movie {
  readonly audio: Mp4AudioTrack | null;
  readonly videoTracks: number;
  /** samples are in fragments, of which the movie box knows nothing */
  readonly fragmented: boolean;
}

/** Larger movie boxes are not looked into. One of an hour of music has about 1 MB, pictures included. */
export const MAX_MOVIE_BYTES: number = 32 * 1024 * 1024;
const MAX_CHUNKS_READ = 1_000_000;
/** By how much the lengths of a track that two boxes state may differ: some writers round, or count the priming. */
const EDIT_LOOSE_SECONDS = 0.1;
const LOSSLESS = new Set(["alac", "flac"]);

/** The contents of a `moov` box, which may be cut: what is not there is null. ISO/IEC 14496-12, 8. */
export function parseMp4Movie(bytes: Uint8Array, start = 0, end: number = bytes.length): Mp4Movie {
  const boxes = mp4Boxes(bytes, start, end);
  const header = boxes.find((box) => box.type === "mvhd");
  const movieScale = header === undefined ? 0 : timesOf(bytes, header).timescale;
  const fragmented = boxes.some((box) => box.type === "mvex");
  let audio: Mp4AudioTrack | null = null;
  let videoTracks = 0;
  for (const track of boxes.filter((box) => box.type === "trak")) {
    const kind = handlerOf(bytes, track);
    if (kind === "vide") videoTracks++;
    if (kind === "soun" && audio === null) audio = audioTrack(bytes, track, movieScale, fragmented);
  }
  return { audio, videoTracks, fragmented };
}

/** Looks through the tables of the first sound track: large, so only where they are to be checked. */
export function checkMp4SoundTrack(bytes: Uint8Array): Mp4SoundTables {
  const boxes = mp4Boxes(bytes, 0, bytes.length);
  const track = boxes.find((box) => box.type === "trak" && handlerOf(bytes, box) === "soun");
  const stbl = track && findMp4Box(bytes, track.start, track.end, "mdia.minf.stbl");
  const table = stbl == null ? null : parseMp4SampleTable(bytes, stbl);
  const isFragmented = boxes.some((box) => box.type === "mvex");
  if (track === undefined || table === null || isFragmented) return { table: null, problems: [] };
  const problems = [...table.problems];
  const mediaHeader = findMp4Box(bytes, track.start, track.end, "mdia.mdhd");
  const media = mediaHeader === null ? null : timesOf(bytes, mediaHeader);
  const perSample = table.samples === 0 ? 0 : table.duration / table.samples;
  if (mediaHeader !== null && media !== null && Math.abs(media.duration - table.duration) > perSample) {
    const detail = `the track is said to last ${media.duration} units, its samples ${table.duration}`;
    problems.push({ at: mediaHeader.start, detail });
  }
  const lasting = editedDuration(bytes, track);
  const movieHeader = boxes.find((box) => box.type === "mvhd");
  const movieScale = movieHeader === undefined ? 0 : timesOf(bytes, movieHeader).timescale;
  if (
    lasting !== null &&
    Math.abs(lasting.edits - lasting.stated) > Math.max(1, movieScale * EDIT_LOOSE_SECONDS)
  ) {
    const detail = `the track is said to last ${lasting.stated} units, its edits ${lasting.edits}`;
    problems.push({ at: lasting.at, detail });
  }
  return { table, problems };
}

/** What the edit list adds up to and what the track header says of it, in the movie's time scale. 8.3.2 and 8.6.6. */
function editedDuration(
  bytes: Uint8Array,
  track: Mp4Box,
): { readonly at: number; readonly edits: number; readonly stated: number } | null {
  const list = findMp4Box(bytes, track.start, track.end, "edts.elst");
  const header = findMp4Box(bytes, track.start, track.end, "tkhd");
  if (list === null || header === null) return null;
  const isLong = u8(bytes, list.start) === 1;
  const entryBytes = isLong ? 20 : 12;
  const room = Math.max(0, Math.floor((list.end - list.start - 8) / entryBytes));
  let edits = 0;
  for (let edit = 0; edit < Math.min(u32be(bytes, list.start + 4), room); edit++) {
    const at = list.start + 8 + edit * entryBytes;
    edits += isLong ? u64be(bytes, at) : u32be(bytes, at);
  }
  const stated =
    u8(bytes, header.start) === 1 ? u64be(bytes, header.start + 28) : u32be(bytes, header.start + 20);
  // All zero: to the end of the movie, as writers of fragments have it.
  return edits === 0 ? null : { at: list.start, edits, stated };
}

function handlerOf(bytes: Uint8Array, track: Mp4Box): string | null {
  const handler = findMp4Box(bytes, track.start, track.end, "mdia.hdlr");
  return handler === null ? null : asciiAt(bytes, handler.start + 8, 4);
}

function audioTrack(
  bytes: Uint8Array,
  track: Mp4Box,
  movieScale: number,
  fragmented: boolean,
): Mp4AudioTrack | null {
  const table = findMp4Box(bytes, track.start, track.end, "mdia.minf.stbl");
  if (table === null) return null;
  const description = findMp4Box(bytes, table.start, table.end, "stsd");
  const entry = description === null ? null : parseMp4SampleEntry(bytes, description);
  if (entry === null) return null;
  const mediaHeader = findMp4Box(bytes, track.start, track.end, "mdia.mdhd");
  const media = mediaHeader === null ? null : timesOf(bytes, mediaHeader);
  const edit = editOf(bytes, track);
  let seconds: number | null = null;
  if (media !== null && media.timescale > 0 && media.duration > 0 && !fragmented) {
    seconds = Math.max(0, media.duration - (edit?.mediaTime ?? 0)) / media.timescale;
    if (edit !== null && edit.duration > 0 && movieScale > 0)
      seconds = Math.min(seconds, edit.duration / movieScale);
  }
  return {
    ...entry,
    durationMs: seconds === null ? null : Math.round(seconds * 1000),
    durationExact: seconds !== null && (LOSSLESS.has(entry.codec) || (edit !== null && edit.mediaTime > 0)),
    lastChunkOffsetBytes: lastChunkOffset(bytes, table),
  };
}

/** The fields that `mvhd` and `mdhd` share: version 1 has 64-bit times. All bits set means unknown. */
function timesOf(bytes: Uint8Array, box: Mp4Box): { readonly timescale: number; readonly duration: number } {
  if (u8(bytes, box.start) === 1) {
    const duration = u64be(bytes, box.start + 24);
    return { timescale: u32be(bytes, box.start + 20), duration: duration >= 2 ** 63 ? 0 : duration };
  }
  const duration = u32be(bytes, box.start + 16);
  return { timescale: u32be(bytes, box.start + 12), duration: duration === 0xffff_ffff ? 0 : duration };
}

/** The one edit of a track that skips its priming; null without an edit list or with one that does more. */
function editOf(
  bytes: Uint8Array,
  track: Mp4Box,
): { readonly duration: number; readonly mediaTime: number } | null {
  const box = findMp4Box(bytes, track.start, track.end, "edts.elst");
  if (box === null || u32be(bytes, box.start + 4) !== 1) return null;
  const isLong = u8(bytes, box.start) === 1;
  if (box.end - box.start < (isLong ? 28 : 20)) return null;
  const mediaTime = isLong ? u64be(bytes, box.start + 16) : u32be(bytes, box.start + 12);
  // All bits set: an empty edit.
  if (mediaTime >= (isLong ? 2 ** 63 : 2 ** 31)) return null;
  return { duration: isLong ? u64be(bytes, box.start + 8) : u32be(bytes, box.start + 8), mediaTime };
}

function lastChunkOffset(bytes: Uint8Array, table: Mp4Box): number | null {
  const short = findMp4Box(bytes, table.start, table.end, "stco");
  const box = short ?? findMp4Box(bytes, table.start, table.end, "co64");
  if (box === null) return null;
  const entryBytes = short === null ? 8 : 4;
  const count = Math.min(u32be(bytes, box.start + 4), Math.floor((box.end - box.start - 8) / entryBytes));
  let last: number | null = null;
  for (let i = 0; i < Math.min(count, MAX_CHUNKS_READ); i++) {
    const at = box.start + 8 + i * entryBytes;
    last = Math.max(last ?? 0, short === null ? u64be(bytes, at) : u32be(bytes, at));
  }
  return last;
}
