import { encodePage, MAX_PAGE_SEGMENTS } from "../page.ts";

/** Streams for tests, byte by byte as the specifications say, by other code than the code under test. */

export interface TestPacket {
  readonly bytes: Uint8Array;
  /** position after this packet */
  readonly granule: number;
  /** ends its page */
  readonly flush?: boolean;
}

export interface MuxOptions {
  readonly serial: number;
  readonly segmentsPerPage?: number;
  readonly eos?: boolean;
  readonly firstSequence?: number;
}

/** Pages of one stream; the first packet has a page of its own. A packet may run over several pages. */
export function muxPages(packets: readonly TestPacket[], options: MuxOptions): Uint8Array[] {
  const limit = options.segmentsPerPage ?? MAX_PAGE_SEGMENTS;
  const drafts: { lacing: number[]; body: Uint8Array[]; granule: number | null; continued: boolean }[] = [];
  let draft: (typeof drafts)[number] | null = null;
  packets.forEach((packet, index) => {
    const lacing = new Array<number>(Math.floor(packet.bytes.length / 255)).fill(255);
    lacing.push(packet.bytes.length % 255);
    let at = 0;
    lacing.forEach((value, segment) => {
      if (draft === null || draft.lacing.length >= limit) {
        draft = { lacing: [], body: [], granule: null, continued: segment > 0 };
        drafts.push(draft);
      }
      draft.lacing.push(value);
      draft.body.push(packet.bytes.subarray(at, at + value));
      at += value;
      if (segment === lacing.length - 1) draft.granule = packet.granule;
    });
    if (index === 0 || packet.flush === true) draft = null;
  });
  return drafts.map((page, index) =>
    encodePage({
      continued: page.continued,
      bos: index === 0,
      eos: index === drafts.length - 1 && options.eos !== false,
      granule: page.granule === null ? null : BigInt(page.granule),
      serial: options.serial,
      sequence: (options.firstSequence ?? 0) + index,
      lacing: page.lacing,
      body: Buffer.concat(page.body),
    }),
  );
}

export interface TestStream extends MuxOptions {
  readonly comment?: string;
  readonly audioPackets?: number;
  /** added to every position */
  readonly startGranule?: number;
  /** taken off the last position */
  readonly endTrim?: number;
}

/** A Vorbis stream of short blocks (256 samples): 0 samples, then 128 with every packet. */
export function vorbisPackets(stream: TestStream): TestPacket[] {
  const count = stream.audioPackets ?? 20;
  const packets: TestPacket[] = [
    { bytes: vorbisIdHeader(), granule: 0, flush: true },
    { bytes: vorbisComment(stream.comment ?? "TITLE=one"), granule: 0 },
    { bytes: vorbisSetup(), granule: 0, flush: true },
  ];
  for (let i = 0; i < count; i++) {
    const granule = (stream.startGranule ?? 0) + i * 128 - (i === count - 1 ? (stream.endTrim ?? 0) : 0);
    packets.push({ bytes: audioBytes(0, i, 20 + ((i * 37) % 90)), granule });
  }
  return packets;
}

/** An Opus stream of 20 ms packets (960 samples each). */
export function opusPackets(stream: TestStream & { readonly preSkip?: number }): TestPacket[] {
  const count = stream.audioPackets ?? 20;
  const head = Buffer.from("4f707573486561640102000044ac0000000000", "hex");
  head.writeUInt16LE(stream.preSkip ?? 312, 10);
  const packets: TestPacket[] = [
    { bytes: head, granule: 0, flush: true },
    { bytes: opusTags(stream.comment ?? "TITLE=one"), granule: 0, flush: true },
  ];
  for (let i = 0; i < count; i++) {
    const end = (stream.startGranule ?? 0) + (i + 1) * 960;
    const granule = end - (i === count - 1 ? (stream.endTrim ?? 0) : 0);
    packets.push({ bytes: audioBytes(0xfc, i, 30 + ((i * 53) % 200)), granule });
  }
  return packets;
}

/** Ogg FLAC with frames of 4,608 samples; `pictures` more metadata packets than the comment. */
export function flacPackets(stream: TestStream & { readonly pictures?: number }): TestPacket[] {
  const pictures = stream.pictures ?? 0;
  const head = Buffer.from(
    "7f464c4143010000" +
      "01" +
      "664c6143" +
      "00000022" +
      "1200120000000e0018130ac442f00002d000" +
      "11".repeat(16),
    "hex",
  );
  head[8] = 1 + pictures;
  const comment = Buffer.concat([
    Buffer.from("0400002c", "hex"),
    vorbisComment(stream.comment ?? "A=b").subarray(7),
  ]);
  const packets: TestPacket[] = [
    { bytes: head, granule: 0, flush: true },
    { bytes: comment, granule: 0 },
  ];
  for (let i = 0; i < pictures; i++)
    packets.push({ bytes: Buffer.from("8600000400000003", "hex"), granule: 0 });
  const count = stream.audioPackets ?? 20;
  for (let i = 0; i < count; i++) {
    const frame = audioBytes(0xff, i, 60);
    frame.set([0xff, 0xf8, 0x59, 0x18, i], 0);
    packets.push({ bytes: frame, granule: (stream.startGranule ?? 0) + (i + 1) * 4608 });
  }
  return packets;
}

export function vorbisIdHeader(): Uint8Array {
  return Buffer.from(
    "01766f72626973" + "00000000" + "02" + "44ac0000" + "00000000" + "00f40100" + "00000000" + "b8" + "01",
    "hex",
  );
}

export function vorbisComment(comment: string): Uint8Array {
  return Buffer.concat([Buffer.from("03766f72626973", "hex"), commentBody(comment), Buffer.from([1])]);
}

export function opusTags(comment: string): Uint8Array {
  return Buffer.concat([Buffer.from("OpusTags"), commentBody(comment)]);
}

/** The smallest legal set-up header: one of each part, and two modes (short, long). Vorbis I, 4.2.4. */
export function vorbisSetup(): Uint8Array {
  const bits = new BitWriter();
  for (const byte of Buffer.from("05766f72626973", "hex")) bits.write(byte, 8);
  bits.write(0, 8);
  bits.write(0x564342, 24).write(1, 16).write(2, 24).write(0, 2).write(0, 5).write(0, 5).write(0, 4);
  bits.write(0, 6).write(0, 16);
  bits.write(0, 6).write(1, 16).write(0, 5).write(0, 2).write(0, 4);
  bits.write(0, 6).write(0, 16).write(0, 24).write(0, 24).write(0, 24).write(0, 6).write(0, 8).write(0, 4);
  bits.write(0, 6).write(0, 16).write(0, 1).write(0, 1).write(0, 2).write(0, 24);
  bits.write(1, 6);
  for (const blockFlag of [0, 1]) bits.write(blockFlag, 1).write(0, 16).write(0, 16).write(0, 8);
  bits.write(1, 1);
  return bits.bytes();
}

/** Bits, least significant first. Vorbis I, 2.1. */
export class BitWriter {
  readonly #bits: number[] = [];

  write(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) this.#bits.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, at) => {
      bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) | (bit << (at & 7));
    });
    return bytes;
  }
}

function commentBody(comment: string): Buffer {
  const text = Buffer.from(comment, "utf8");
  const counts = Buffer.alloc(12);
  counts.writeUInt32LE(1, 4);
  counts.writeUInt32LE(text.length, 8);
  return Buffer.concat([counts, text]);
}

function audioBytes(first: number, seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 1; at < length; at++) bytes[at] = (seed * 31 + at * 17) & 255;
  bytes[0] = first;
  return bytes;
}
