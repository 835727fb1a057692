import { u8 } from "../audio/integers.ts";
import {
  CAPTURE_PATTERN,
  hasRightCrc,
  PAGE_HEADER_BYTES,
  type PageHeader,
  pageBodyBytes,
  parsePageHeader,
} from "./page.ts";
import type { OggCodec } from "./stream-header.ts";
import { OggWalker } from "./walker.ts";

/** What the two ends of a file tell, without a full read. */
export interface OggTailFacts {
  readonly codec: OggCodec;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number | null;
  readonly nominalBitrateBps: number | null;
  readonly samples: number | null;
  readonly durationMs: number | null;
  /** false when the end is damaged or missing, or the first audio page lies beyond the head */
  readonly exact: boolean;
}

/** As much of each end as is looked at. */
export const OGG_HEAD_BYTES: number = 64 * 1024;
export const OGG_TAIL_BYTES: number = 128 * 1024;

/** Places that look like a page before the search for the last one is given up. */
const MAX_CANDIDATES = 256;

/**
 * Codec, rate and channels from the first bytes of a file, its length from the last page of the same stream.
 * Null when the head is no Ogg audio. A chained file, whose links cannot all be seen, has no duration.
 */
export function oggTailDuration(tailBytes: Uint8Array, headBytes: Uint8Array): OggTailFacts | null {
  const walker = new OggWalker();
  walker.push(headBytes.subarray(0, OGG_HEAD_BYTES));
  const head = walker.finish();
  const { codec, sampleRateHz, channels } = head;
  const music = head.streams.find((stream) => stream.music);
  if (codec === null || sampleRateHz === null || channels === null || music === undefined) return null;
  const tail = tailBytes.subarray(Math.max(0, tailBytes.length - OGG_TAIL_BYTES));
  const last = head.chained ? null : lastPageOf(music.serial, tail);
  const skipped = Math.max(0, head.startOffsetSamples ?? 0) + (head.preSkipSamples ?? 0);
  const samples = last === null ? null : Math.max(0, last.granule - skipped);
  return {
    codec,
    sampleRateHz,
    channels,
    bitsPerSample: head.bitsPerSample,
    nominalBitrateBps: head.nominalBitrateBps,
    samples,
    durationMs: samples === null ? null : Math.round((samples * 1000) / sampleRateHz),
    exact: last?.isEnd === true && head.startOffsetSamples !== null,
  };
}

/** Searches backwards; null when the stream is not there or another one begins behind it. */
function lastPageOf(serial: number, tail: Uint8Array): { granule: number; isEnd: boolean } | null {
  const view = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  let searchAt = view.length;
  for (let tries = 0; tries < MAX_CANDIDATES && searchAt > 0; tries++) {
    const at = view.lastIndexOf(CAPTURE_PATTERN, searchAt - 1, "latin1");
    if (at < 0) return null;
    searchAt = at;
    const found = pageAt(view, at);
    if (found === null) continue;
    const { page, end } = found;
    if (page.bos && page.serial !== serial) return null;
    if (page.serial !== serial || page.granule === null || page.granule < 0) continue;
    return { granule: page.granule, isEnd: page.eos && end === view.length };
  }
  return null;
}

function pageAt(bytes: Uint8Array, at: number): { page: PageHeader; end: number } | null {
  if (at + PAGE_HEADER_BYTES > bytes.length) return null;
  const segments = u8(bytes, at + 26);
  const bodyAt = at + PAGE_HEADER_BYTES + segments;
  const end = bodyAt + pageBodyBytes(bytes, at, segments);
  if (bodyAt > bytes.length || end > bytes.length || !hasRightCrc(bytes, at, end)) return null;
  return { page: parsePageHeader(bytes, at), end };
}
