import { box, u32 } from "./build-audio.ts";

/** ID3v2 tags and movie boxes with chapters, laid out by hand. */

export interface TagLayout {
  readonly version: 3 | 4;
  readonly isUnsynchronised?: boolean;
  readonly extendedHeader?: Uint8Array;
  readonly paddingBytes?: number;
}

export function id3Frame(id: string, content: Uint8Array, version: 3 | 4, flags = 0): Buffer {
  const header = Buffer.alloc(10);
  header.write(id, 0, "latin1");
  header.set(version === 3 ? u32(content.length) : synchsafe(content.length), 4);
  header.writeUInt16BE(flags, 8);
  return Buffer.concat([header, content]);
}

export function id3Tag(frames: readonly Uint8Array[], layout: TagLayout): Buffer {
  const { extendedHeader = Buffer.alloc(0), isUnsynchronised = false, paddingBytes = 16, version } = layout;
  const plain = Buffer.concat([extendedHeader, ...frames, Buffer.alloc(paddingBytes)]);
  const body = isUnsynchronised && version === 3 ? unsynchronised(plain) : plain;
  const flags = (isUnsynchronised ? 0x80 : 0) | (extendedHeader.length > 0 ? 0x40 : 0);
  return Buffer.concat([Buffer.from("ID3"), Buffer.from([version, 0, flags]), synchsafe(body.length), body]);
}

export function chapterFrame(id: string, startMs: number, title: Uint8Array | null, version: 3 | 4): Buffer {
  const times = [u32(startMs), u32(0xffff_fffe), u32(0xffff_ffff), u32(0xffff_ffff)];
  const inner = title === null ? [] : [id3Frame("TIT2", title, version)];
  return id3Frame("CHAP", Buffer.concat([Buffer.from(`${id}\0`, "latin1"), ...times, ...inner]), version);
}

export function contentsFrame(id: string, children: readonly string[], version: 3 | 4): Buffer {
  const list = children.map((child) => `${child}\0`).join("");
  return id3Frame(
    "CTOC",
    Buffer.concat([
      Buffer.from(`${id}\0`, "latin1"),
      Buffer.from([3, children.length]),
      Buffer.from(list, "latin1"),
    ]),
    version,
  );
}

export function unsynchronised(bytes: Uint8Array): Buffer {
  return Buffer.from([...bytes].flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte])));
}

function synchsafe(value: number): Buffer {
  return Buffer.from([value >> 21, (value >> 14) & 127, (value >> 7) & 127, value & 127]);
}

export interface ChapterTrack {
  readonly handler?: string;
  readonly timescale?: number;
  /** In the track's time scale. */
  readonly durations: readonly number[];
  readonly sizes: readonly number[];
  readonly chunkOffsets: readonly number[];
  readonly samplesPerChunk?: number;
  /** In the movie's milliseconds: an empty edit in front. */
  readonly delayMs?: number;
  readonly table?: Uint8Array;
}

/** The contents of a `moov` box: a sound track whose chapters are track 2, and a list of Nero's. */
export function chapterMovie(track: ChapterTrack | null, neroList: Uint8Array | null = null): Buffer {
  const sound = box(
    "trak",
    box("tkhd", Buffer.concat([Buffer.alloc(12), u32(1), Buffer.alloc(68)])),
    box("tref", box("chap", u32(9), u32(2))),
    box("mdia", handler("soun")),
  );
  return Buffer.concat([
    box("mvhd", u32(0), u32(0), u32(0), u32(1000), u32(10_000), Buffer.alloc(80)),
    sound,
    ...(track === null ? [] : [textTrack(track)]),
    ...(neroList === null ? [] : [box("udta", box("chpl", neroList))]),
  ]);
}

/** Times in units of 100 ns. */
export function neroList(
  chapters: readonly (readonly [start: bigint, title: string])[],
  version = 1,
): Buffer {
  const head = version === 1 ? Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]) : Buffer.alloc(4);
  const entries = chapters.map(([start, title]) => {
    const text = Buffer.from(title);
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(start);
    return Buffer.concat([time, Buffer.from([text.length]), text]);
  });
  return Buffer.concat([head, Buffer.from([chapters.length]), ...entries]);
}

function textTrack(track: ChapterTrack): Buffer {
  const edit =
    track.delayMs === undefined
      ? []
      : [box("edts", box("elst", u32(0), u32(1), u32(track.delayMs), u32(0xffff_ffff), u32(65_536)))];
  const table =
    track.table ??
    Buffer.concat([
      box(
        "stts",
        u32(0),
        u32(track.durations.length),
        ...track.durations.flatMap((time) => [u32(1), u32(time)]),
      ),
      box("stsz", u32(0), u32(0), u32(track.sizes.length), ...track.sizes.map(u32)),
      box("stsc", u32(0), u32(1), u32(1), u32(track.samplesPerChunk ?? 1), u32(1)),
      box("stco", u32(0), u32(track.chunkOffsets.length), ...track.chunkOffsets.map(u32)),
    ]);
  return box(
    "trak",
    box("tkhd", Buffer.concat([Buffer.alloc(12), u32(2), Buffer.alloc(68)])),
    ...edit,
    box(
      "mdia",
      box("mdhd", u32(0), u32(0), u32(0), u32(track.timescale ?? 1000), u32(0), u32(0)),
      handler(track.handler ?? "text"),
      box("minf", box("stbl", table)),
    ),
  );
}

function handler(type: string): Buffer {
  return box("hdlr", u32(0), u32(0), Buffer.from(type), Buffer.alloc(13));
}

/** The contents of a CUESHEET block: offsets in samples, those of indexes behind the start of their track. */
export function cueSheet(
  tracks: readonly {
    readonly number: number;
    readonly offset: number;
    readonly indexes: readonly (readonly [number: number, offset: number])[];
    readonly isData?: boolean;
  }[],
): Buffer {
  const header = Buffer.alloc(396);
  header.writeUInt8(tracks.length, 395);
  const bodies = tracks.flatMap(({ number, offset, indexes, isData = false }) => {
    const track = Buffer.alloc(36);
    track.writeBigUInt64BE(BigInt(offset), 0);
    track.writeUInt8(number, 8);
    track.writeUInt8(isData ? 0x80 : 0, 21);
    track.writeUInt8(indexes.length, 35);
    const points = indexes.map(([index, behind]) => {
      const point = Buffer.alloc(12);
      point.writeBigUInt64BE(BigInt(behind), 0);
      point.writeUInt8(index, 8);
      return point;
    });
    return [track, ...points];
  });
  return Buffer.concat([header, ...bodies]);
}
