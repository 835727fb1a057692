import { type Chapter, orderChapters } from "./chapters.ts";
import { u8, u64be } from "./integers.ts";

/** Catalogue number, lead-in, flags and reserved bytes, count of tracks. */
const HEADER_BYTES = 396;
const TRACK_BYTES = 36;
const INDEX_BYTES = 12;
const MAX_COUNT = 255;
/** Of a block that is larger nothing more means anything. */
export const MAX_CUE_SHEET_BYTES: number = HEADER_BYTES + MAX_COUNT * (TRACK_BYTES + MAX_COUNT * INDEX_BYTES);

/** Behind the last track of a CD, and of anything else. */
const LEAD_OUTS: ReadonlySet<number> = new Set([170, 255]);

/**
 * The audio tracks of a CUESHEET block as chapters without titles: each begins at its index 1, as on a CD, where it has one.
 * RFC 9639, 8.7.
 */
export function flacCueChapters(block: Uint8Array, sampleRateHz: number): readonly Chapter[] {
  const chapters: Chapter[] = [];
  let at = HEADER_BYTES;
  for (let left = u8(block, HEADER_BYTES - 1); left > 0 && at + TRACK_BYTES <= block.length; left -= 1) {
    const indexes = at + TRACK_BYTES;
    const count = u8(block, at + TRACK_BYTES - 1);
    const isAudio = (u8(block, at + 21) & 0x80) === 0;
    if (isAudio && !LEAD_OUTS.has(u8(block, at + 8))) {
      const startSample = u64be(block, at) + firstIndex(block, indexes, count);
      chapters.push({ startMs: Math.round((startSample * 1000) / sampleRateHz), title: null });
    }
    at = indexes + count * INDEX_BYTES;
  }
  return orderChapters(chapters);
}

/** Where index 1 begins, in samples behind the start of its track. */
function firstIndex(block: Uint8Array, indexes: number, count: number): number {
  for (let index = 0; index < count; index += 1) {
    const at = indexes + index * INDEX_BYTES;
    if (u8(block, at + 8) === 1) return u64be(block, at);
  }
  return 0;
}
