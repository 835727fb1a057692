/** Small files of each container for tests, laid out by hand. */

export interface Mp3Options {
  readonly frames?: number;
  /** writes a first frame with an info tag that states this many frames */
  readonly statedFrames?: number;
  readonly lame?: { readonly delay: number; readonly padding: number; readonly musicCrc?: number };
}

/** 128 kbit/s, 44.1 kHz, stereo, layer III: 417 bytes a frame. */
export function mp3Frame(seed: number): Buffer {
  const frame = Buffer.alloc(417, (seed % 7) + 1);
  frame.set([0xff, 0xfb, 0x90, 0x64], 0);
  return frame;
}

export function mp3(options: Mp3Options = {}): Buffer {
  const frames = Array.from({ length: options.frames ?? 12 }, (_, seed) => mp3Frame(seed));
  if (options.statedFrames === undefined) return Buffer.concat(frames);
  const info = Buffer.alloc(417);
  info.set([0xff, 0xfb, 0x90, 0x64], 0);
  info.write("Info", 36, "latin1");
  info.writeUInt32BE(1, 40);
  info.writeUInt32BE(options.statedFrames, 44);
  if (options.lame !== undefined) {
    info.write("LAME3.100", 48, "latin1");
    info.writeUIntBE(options.lame.delay * 4096 + options.lame.padding, 69, 3);
    info.writeUInt32BE(options.lame.musicCrc === undefined ? 0 : 417 * (frames.length + 1), 76);
    info.writeUInt16BE(options.lame.musicCrc ?? 0, 80);
  }
  return Buffer.concat([info, ...frames]);
}

export function id3v2(contentBytes: number): Buffer {
  const tag = Buffer.alloc(10 + contentBytes, 0x20);
  tag.write("ID3", 0, "latin1");
  tag.set([4, 0, 0], 3);
  for (let i = 0; i < 4; i++) tag[9 - i] = Math.floor(contentBytes / 128 ** i) % 128;
  return tag;
}

export function id3v1(): Buffer {
  const tag = Buffer.alloc(128, 0x20);
  tag.write("TAG", 0, "latin1");
  return tag;
}

export function apeTag(contentBytes: number, hasHeader = true): Buffer {
  const frame = (flags: number): Buffer => {
    const bytes = Buffer.alloc(32);
    bytes.write("APETAGEX", 0, "latin1");
    bytes.writeUInt32LE(2000, 8);
    bytes.writeUInt32LE(contentBytes + 32, 12);
    bytes.writeUInt32LE(1, 16);
    bytes.writeUInt32LE(flags, 20);
    return bytes;
  };
  const present = hasHeader ? 0x8000_0000 : 0;
  const parts = [Buffer.alloc(contentBytes, 0x41), frame(present)];
  return Buffer.concat(hasHeader ? [frame(present + 0x2000_0000), ...parts] : parts);
}

export function lyrics3(text: string): Buffer {
  const body = `LYRICSBEGIN${text}`;
  return Buffer.from(`${body}${body.length.toString().padStart(6, "0")}LYRICS200`, "latin1");
}

export interface FlacOptions {
  readonly audio?: Uint8Array;
  /** sizes of blocks behind STREAMINFO */
  readonly blocks?: readonly number[];
}

export function flac(options: FlacOptions = {}): Buffer {
  const info = Buffer.from("1000100000018e0005120ac442f0000204ccca738a22bde5a42a0449c91aad4d95c5", "hex");
  const blocks = [info, ...(options.blocks ?? [40]).map((size) => Buffer.alloc(size, 0x33))];
  const parts = blocks.flatMap((block, index) => {
    const header = Buffer.alloc(4);
    header.writeUIntBE(block.length, 1, 3);
    header[0] = (index === 0 ? 0 : 4) | (index === blocks.length - 1 ? 0x80 : 0);
    return [header, block];
  });
  return Buffer.concat([Buffer.from("fLaC"), ...parts, options.audio ?? flacAudio()]);
}

/** 33 frames of a fixed block size that hold the 132,300 samples that `flac` states; what is in them means nothing. */
export function flacAudio(): Buffer {
  return Buffer.concat(
    Array.from({ length: 33 }, (_, number) => flacFrame(number, number < 32 ? 4096 : 1228)),
  );
}

/** 16-bit stereo at 44.1 kHz. */
export function flacFrame(number: number, blockSamples: number): Buffer {
  const head = Buffer.from([
    0xff,
    0xf8,
    0x79,
    0x18,
    number,
    (blockSamples - 1) >> 8,
    (blockSamples - 1) & 255,
  ]);
  const body = Buffer.from(Array.from({ length: 20 }, (_, at) => (at * 13 + number) & 255));
  const frame = Buffer.concat([head, Buffer.from([crc(head, 8, 0x07)]), body]);
  const footer = Buffer.alloc(2);
  footer.writeUInt16BE(crc(frame, 16, 0x8005));
  return Buffer.concat([frame, footer]);
}

/** Bit by bit, most significant first, start 0. */
function crc(bytes: Uint8Array, width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) value = (value & top) !== 0 ? (value << 1) ^ polynomial : value << 1;
    value &= 2 * top - 1;
  }
  return value;
}

export function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(8);
  const body = Buffer.concat(contents);
  header.writeUInt32BE(8 + body.length, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, body]);
}

/** The same box with its size in 64 bits. */
export function largeBox(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(16);
  const body = Buffer.concat(contents);
  header.writeUInt32BE(1, 0);
  header.write(type, 4, "latin1");
  header.writeBigUInt64BE(BigInt(16 + body.length), 8);
  return Buffer.concat([header, body]);
}

export interface MovieOptions {
  readonly entry?: Uint8Array;
  readonly edit?: { readonly duration: number; readonly mediaTime: number };
  readonly mediaSamples?: number;
  readonly chunkOffset?: number;
  readonly pictureBytes?: number;
  readonly extra?: Uint8Array;
}

/** AAC, 44.1 kHz, stereo, as common muxers describe it. */
export const AAC_ENTRY: Buffer = box(
  "mp4a",
  Buffer.from("000000000000000100000000000000000002001000000000ac440000", "hex"),
  box(
    "esds",
    Buffer.from(
      "000000000380808022000200048080801440150000000001f4000001f4400580808002121006808080010200",
      "hex",
    ).subarray(0, 43),
  ),
);

export const ALAC_ENTRY: Buffer = box(
  "alac",
  Buffer.from("000000000000000100000000000000000002001000000000ac440000", "hex"),
  box(
    "alac",
    Buffer.from(
      "00000000" +
        "00001000" +
        "00" +
        "18" +
        "28" +
        "0a" +
        "0e" +
        "02" +
        "00ff" +
        "00000000" +
        "00158880" +
        "0000ac44",
      "hex",
    ),
  ),
);

/** A movie box with one sound track; the movie counts in milliseconds, the track in samples. */
export function movie(options: MovieOptions = {}): Buffer {
  const edits =
    options.edit === undefined
      ? []
      : [
          box(
            "edts",
            box("elst", u32(0), u32(1), u32(options.edit.duration), u32(options.edit.mediaTime), u32(65_536)),
          ),
        ];
  const table = box(
    "stbl",
    box("stsd", u32(0), u32(1), options.entry ?? AAC_ENTRY),
    box("stco", u32(0), u32(1), u32(options.chunkOffset ?? 40)),
  );
  const media = box(
    "mdia",
    box("mdhd", u32(0), u32(0), u32(0), u32(44_100), u32(options.mediaSamples ?? 441_000), u32(0)),
    box("hdlr", u32(0), u32(0), Buffer.from("soun"), Buffer.alloc(13)),
    box("minf", table),
  );
  return box(
    "moov",
    box("mvhd", u32(0), u32(0), u32(0), u32(1000), u32(10_000), Buffer.alloc(80)),
    box("trak", box("tkhd", Buffer.alloc(84)), ...edits, media),
    options.extra ?? Buffer.alloc(0),
    box("udta", Buffer.alloc(options.pictureBytes ?? 10)),
  );
}

export const FTYP: Buffer = box("ftyp", Buffer.from("M4A \0\0\x02\0isomiso2", "latin1"));

export interface WavOptions {
  readonly form?: "RIFF" | "RF64" | "BW64";
  readonly data?: Uint8Array;
  readonly dataSize?: number;
  readonly format?: Uint8Array;
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
}

/** 16-bit stereo at 44.1 kHz. */
export const PCM_FORMAT: Buffer = Buffer.from("0100020044ac000010b1020004001000", "hex");

export function chunk(id: string, body: Uint8Array, size: number = body.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 0, "latin1");
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

export function wav(options: WavOptions = {}): Buffer {
  const data = options.data ?? Buffer.alloc(400, 9);
  const body = Buffer.concat([
    Buffer.from("WAVE"),
    ...(options.before ?? []),
    chunk("fmt ", options.format ?? PCM_FORMAT),
    chunk("data", data, options.dataSize),
    ...(options.after ?? []),
  ]);
  const head = Buffer.alloc(8);
  head.write(options.form ?? "RIFF", 0, "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

export function ds64(dataBytes: number): Buffer {
  const body = Buffer.alloc(28);
  body.writeBigUInt64LE(BigInt(dataBytes), 8);
  return chunk("ds64", body);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
