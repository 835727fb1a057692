import { u8, u16be, u32be, u64be } from "./integers.ts";
import { type Mp4Box, mp4Boxes } from "./mp4-box.ts";

/** One sample of a track: when it begins, in the track's time scale, and where its bytes lie in the file. */
export interface Mp4Sample {
  readonly startTime: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/**
 * The first `limit` samples that the tables of a track tell of, which need not be true: whoever reads them checks that
 * they lie in the file. None when a table is missing. ISO/IEC 14496-12, 8.6.1, 8.7.
 */
export function mp4TrackSamples(bytes: Uint8Array, stbl: Mp4Box, limit: number): readonly Mp4Sample[] {
  const boxes = mp4Boxes(bytes, stbl.start, stbl.end);
  const entries = (type: string, headBytes: number, entryBytes: number): Entries | null => {
    const box = boxes.find((candidate) => candidate.type === type);
    if (box === undefined) return null;
    const start = box.start + headBytes;
    const room = Math.max(0, Math.floor((box.end - start) / entryBytes));
    return { start, count: Math.min(u32be(bytes, start - 4), room) };
  };
  const isLong = !boxes.some(({ type }) => type === "stco");
  const chunks = entries(isLong ? "co64" : "stco", 8, isLong ? 8 : 4);
  const runs = entries("stsc", 8, 12);
  const durations = entries("stts", 8, 8);
  const sizeOf = sampleSizeOf(bytes, boxes);
  if (chunks === null || runs === null || durations === null || sizeOf === null) return [];

  const samples: Mp4Sample[] = [];
  const durationOf = durationsInTurn(bytes, durations);
  let startTime = 0;
  let run = -1;
  for (let chunk = 0; chunk < chunks.count && samples.length < limit; chunk++) {
    const next = runs.start + (run + 1) * 12;
    if (run + 1 < runs.count && u32be(bytes, next) <= chunk + 1) run++;
    if (run < 0) return [];
    const entry = chunks.start + chunk * (isLong ? 8 : 4);
    let offsetBytes = isLong ? u64be(bytes, entry) : u32be(bytes, entry);
    const perChunk = u32be(bytes, runs.start + run * 12 + 4);
    for (let inChunk = 0; inChunk < perChunk && samples.length < limit; inChunk++) {
      const sizeBytes = sizeOf(samples.length);
      const duration = durationOf();
      if (sizeBytes === null || duration === null) return samples;
      samples.push({ startTime, offsetBytes, sizeBytes });
      startTime += duration;
      offsetBytes += sizeBytes;
    }
  }
  return samples;
}

interface Entries {
  /** Of the first entry. */
  readonly start: number;
  readonly count: number;
}

/** `stsz`, or `stz2` with its smaller fields; null past the last sample. */
function sampleSizeOf(
  bytes: Uint8Array,
  boxes: readonly Mp4Box[],
): ((sample: number) => number | null) | null {
  const plain = boxes.find(({ type }) => type === "stsz");
  const box = plain ?? boxes.find(({ type }) => type === "stz2");
  if (box === undefined) return null;
  const start = box.start + 12;
  const oneSize = plain === undefined ? 0 : u32be(bytes, box.start + 4);
  const bits = plain === undefined ? u8(bytes, box.start + 7) : 32;
  const room = bits === 0 ? 0 : Math.max(0, Math.floor(((box.end - start) * 8) / bits));
  const stated = u32be(bytes, box.start + 8);
  const count = oneSize > 0 ? stated : Math.min(stated, room);
  return (sample) => {
    if (sample >= count) return null;
    if (oneSize > 0) return oneSize;
    if (bits === 32) return u32be(bytes, start + sample * 4);
    if (bits === 16) return u16be(bytes, start + sample * 2);
    if (bits === 8) return u8(bytes, start + sample);
    const pair = u8(bytes, start + (sample >> 1));
    return sample % 2 === 0 ? pair >>> 4 : pair & 15;
  };
}

/** The duration of one sample after the other; null past the last one. */
function durationsInTurn(bytes: Uint8Array, { start, count }: Entries): () => number | null {
  let entry = -1;
  let left = 0;
  return () => {
    while (left === 0) {
      if (++entry >= count) return null;
      left = u32be(bytes, start + entry * 8);
    }
    left--;
    return u32be(bytes, start + entry * 8 + 4);
  };
}
