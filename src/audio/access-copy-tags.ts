import { type Chapter, MAX_CHAPTERS } from "../formats/audio/index.ts";
import { encodeOpusTags } from "../formats/ogg/opus-head.ts";
import { MAX_COVER_BYTES, mimeOf, pictureBlock } from "./cover-picture.ts";
import { shrinkCover } from "./engine/shrink-cover.ts";
import type { TagPairs } from "./types.ts";

/** RFC 7845, 5.2.1: gains of an Opus file are relative to -23 LUFS. */
const OPUS_REFERENCE_LUFS = -23;
const GAIN_KEY = "R128_TRACK_GAIN";
const LONGEST_GAIN = "-32768";
const VENDOR = "Deadwax";
const MAX_TAGS_BYTES = 1_048_576;

/**
 * Tags that speak of the source file and would be wrong in a copy of it: its encoder, its gain. Pictures come from the
 * file itself: the catalogue keeps a description of them only.
 */
const NOT_COPIED =
  /^(?:REPLAYGAIN_.*|R128_.*|ENCODER|ENCODED[-_ ]?BY|ENCODER[-_]?(?:OPTIONS|SETTINGS)|METADATA_BLOCK_PICTURE|COVERART.*|DEADWAX_.*)$/;

const CHAPTER_KEY = /^CHAPTER[0-9]{3}$/i;

/** A key that RFC 7845, 5.2 allows. */
const KEY = /^[\x20-\x3c\x3e-\x7d]+$/;

/** The caller's tags that go into the copy, in their order, within 1 MiB. */
export function copiedTags(tags: TagPairs): TagPairs {
  let sizeBytes = 0;
  return tags.filter(([key, value]) => {
    if (!KEY.test(key) || NOT_COPIED.test(key.toUpperCase())) return false;
    sizeBytes += Buffer.byteLength(key) + Buffer.byteLength(value) + 5;
    return sizeBytes <= MAX_TAGS_BYTES;
  });
}

/**
 * Chapters as Vorbis comments, `CHAPTER000=HH:MM:SS.mmm` and `CHAPTER000NAME=`, behind the tags that there are; tags that
 * have chapters already stay as they are.
 */
export function withChapters(tags: TagPairs, chapters: readonly Chapter[]): TagPairs {
  if (tags.some(([key]) => CHAPTER_KEY.test(key))) return tags;
  return [
    ...tags,
    ...chapters.slice(0, MAX_CHAPTERS).flatMap(({ startMs, title }, index): TagPairs => {
      const key = `CHAPTER${String(index).padStart(3, "0")}`;
      const start: TagPairs = [[key, clockTime(startMs)]];
      return title === null ? start : [...start, [`${key}NAME`, title]];
    }),
  ];
}

/** The cover as the tag that players look for, as small as a copy can bear; none where it cannot be made so. */
export function coverTag(cover: Buffer | null): TagPairs {
  if (cover === null) return [];
  const small = cover.length <= MAX_COVER_BYTES ? cover : shrinkCover(cover, mimeOf(cover), MAX_COVER_BYTES);
  return small === null ? [] : [["METADATA_BLOCK_PICTURE", pictureBlock(small).toString("base64")]];
}

/** `R128_TRACK_GAIN`: what brings the track to -23 LUFS, in 1/256 dB; null for a track without a loudness. */
export function trackGainQ8(integratedLufs: number | null): number | null {
  if (integratedLufs === null) return null;
  const gain = Math.round((OPUS_REFERENCE_LUFS - integratedLufs) * 256);
  return Math.max(-32768, Math.min(32767, gain));
}

/** Bytes that the comment header takes, whatever the gain turns out to be. */
export function tagsPacketBytes(tags: TagPairs): number {
  return encodeOpusTags({ vendor: VENDOR, comments: [...tags, [GAIN_KEY, LONGEST_GAIN]] }).length;
}

/**
 * The comment header with its gain, filled up to `sizeBytes` with zeros. A reader skips what follows the comments
 * when the lowest bit of its first byte is clear (RFC 7845, 5.2).
 */
export function encodeTagsPacket(tags: TagPairs, gainQ8: number | null, sizeBytes: number): Buffer {
  const comments = gainQ8 === null ? tags : [...tags, [GAIN_KEY, String(gainQ8)] as const];
  const encoded = encodeOpusTags({ vendor: VENDOR, comments });
  const packet = Buffer.alloc(sizeBytes);
  packet.set(encoded);
  return packet;
}

function clockTime(ms: number): string {
  const digits = (value: number, count: number): string => String(Math.floor(value)).padStart(count, "0");
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60];
  return `${digits(hours, 2)}:${digits(minutes, 2)}:${digits(seconds, 2)}.${digits(ms % 1000, 3)}`;
}
