import { u8, u16be, u32be, u64be } from "./integers.ts";
import { type Mp4Box, mp4Boxes } from "./mp4-box.ts";

/** Where the samples of a track lie, and what contradicts itself in saying so. ISO/IEC 14496-12, 8.6 to 8.7. */
export interface Mp4SampleTable {
  /** By `stsz`; an AAC sample is one coded block. */
  readonly samples: number;
  /** In the track's time scale, by `stts`. */
  readonly duration: number;
  /** File offsets of the chunks, start and end of each in turn, in table order. */
  readonly chunks: Float64Array;
  /** Of the box inside the bytes that were parsed, where the tables contradict each other. */
  readonly problems: readonly { readonly at: number; readonly detail: string }[];
}

interface Table {
  readonly box: Mp4Box;
  readonly count: number;
  /** Of the first entry. */
  readonly start: number;
}

/** Null when a table is missing, as in a movie whose samples are in fragments. */
export function parseMp4SampleTable(bytes: Uint8Array, stbl: Mp4Box): Mp4SampleTable | null {
  const boxes = mp4Boxes(bytes, stbl.start, stbl.end);
  const problems: { at: number; detail: string }[] = [];
  const note = (at: number, detail: string): void => void problems.push({ at, detail });
  const open = (type: string, headBytes: number, entryBits: (box: Mp4Box) => number): Table | null => {
    const box = boxes.find((candidate) => candidate.type === type);
    if (box === undefined) return null;
    const start = box.start + headBytes;
    const stated = u32be(bytes, start - 4);
    const room = Math.max(0, Math.floor(((box.end - start) * 8) / Math.max(1, entryBits(box))));
    if (stated > room && entryBits(box) > 0)
      note(box.start, `${type} states ${stated} entries and holds ${room}`);
    return { box, start, count: entryBits(box) > 0 ? Math.min(stated, room) : stated };
  };
  const times = open("stts", 8, () => 64);
  const runs = open("stsc", 8, () => 96);
  const offsets = open("stco", 8, () => 32) ?? open("co64", 8, () => 64);
  const sizes = open("stsz", 12, (box) => (u32be(bytes, box.start + 4) === 0 ? 32 : 0));
  const compact = sizes === null ? open("stz2", 12, (box) => u8(bytes, box.start + 7)) : null;
  const sized = sizes ?? compact;
  if (times === null || runs === null || offsets === null || sized === null) return null;

  const sizeAt = sampleSizes(bytes, sized, compact !== null);
  const { duration, samples: timed } = sumTimes(bytes, times);
  if (timed !== sized.count)
    note(times.box.start, `stts times ${timed} samples, and there are ${sized.count}`);
  const chunks = new Float64Array(offsets.count * 2);
  const isLong = offsets.box.type === "co64";
  const descriptions = descriptionCount(bytes, boxes);
  let sample = 0;
  let run = -1;
  let perChunk = 0;
  for (let chunk = 0; chunk < offsets.count; chunk++) {
    const next = runs.start + (run + 1) * 12;
    if (run + 1 < runs.count && u32be(bytes, next) === chunk + 1) {
      run++;
      perChunk = u32be(bytes, next + 4);
      const description = u32be(bytes, next + 8);
      if (description < 1 || description > descriptions)
        note(runs.box.start, `run ${run} has description ${description}`);
    }
    const last = Math.min(sample + perChunk, sized.count);
    const entry = offsets.start + chunk * (isLong ? 8 : 4);
    const start = isLong ? u64be(bytes, entry) : u32be(bytes, entry);
    chunks[chunk * 2] = start;
    chunks[chunk * 2 + 1] = start + sizeAt.sum(sample, last);
    if (sample + perChunk > sized.count) {
      note(runs.box.start, `chunk ${chunk} is to hold samples that are not there`);
      sample = sized.count;
      break;
    }
    sample = last;
  }
  if (run + 1 < runs.count)
    note(runs.box.start, `run ${run + 1} of chunks is out of order or past the last chunk`);
  if (sample < sized.count) note(sized.box.start, `the chunks hold ${sample} samples of ${sized.count}`);
  return { samples: sized.count, duration, chunks, problems };
}

function descriptionCount(bytes: Uint8Array, boxes: readonly Mp4Box[]): number {
  const box = boxes.find(({ type }) => type === "stsd");
  return box === undefined ? 0 : u32be(bytes, box.start + 4);
}

function sumTimes(bytes: Uint8Array, { start, count }: Table): { duration: number; samples: number } {
  let duration = 0;
  let samples = 0;
  for (let at = start; at < start + count * 8; at += 8) {
    samples += u32be(bytes, at);
    duration += u32be(bytes, at) * u32be(bytes, at + 4);
  }
  return { duration, samples };
}

/** Bytes of the samples from `first` to before `last`. Samples of one size are not counted one by one. */
function sampleSizes(
  bytes: Uint8Array,
  { box, start }: Table,
  isCompact: boolean,
): { sum(first: number, last: number): number } {
  const oneSize = isCompact ? 0 : u32be(bytes, box.start + 4);
  const bits = u8(bytes, box.start + 7);
  const sizeOf = (sample: number): number => {
    if (!isCompact) return u32be(bytes, start + sample * 4);
    if (bits === 16) return u16be(bytes, start + sample * 2);
    if (bits === 8) return u8(bytes, start + sample);
    return sample % 2 === 0 ? u8(bytes, start + (sample >> 1)) >>> 4 : u8(bytes, start + (sample >> 1)) & 15;
  };
  return {
    sum(first, last) {
      if (oneSize > 0) return (last - first) * oneSize;
      let total = 0;
      for (let sample = first; sample < last; sample++) total += sizeOf(sample);
      return total;
    },
  };
}

export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** The first chunk that lies outside the media data or over another one, or null. */
export function findStrayChunk(
  chunks: Float64Array,
  media: readonly ByteSpan[],
): { readonly offsetBytes: number; readonly detail: string } | null {
  const count = chunks.length / 2;
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  const startOf = (chunk: number): number => chunks[chunk * 2] ?? 0;
  const endOf = (chunk: number): number => chunks[chunk * 2 + 1] ?? 0;
  if (order.some((chunk) => chunk > 0 && startOf(chunk) < startOf(chunk - 1))) {
    order.sort((a, b) => startOf(a) - startOf(b));
  }
  let span = 0;
  let end = 0;
  for (const chunk of order) {
    const offsetBytes = startOf(chunk);
    if (offsetBytes < end) return { offsetBytes, detail: `chunk ${chunk} begins inside the one before it` };
    end = Math.max(end, endOf(chunk));
    if (end === offsetBytes) continue;
    while (span < media.length && (media[span]?.end ?? 0) <= offsetBytes) span++;
    const home = media[span];
    if (home === undefined || offsetBytes < home.start || end > home.end) {
      return { offsetBytes, detail: `chunk ${chunk} (to byte ${end}) lies outside the media data` };
    }
  }
  return null;
}
