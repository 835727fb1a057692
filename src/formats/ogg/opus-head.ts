import { hasAscii, u8, u16le, u32le } from "../audio/integers.ts";

/** The identification header of an Opus stream. RFC 7845, 5.1. */
export interface OpusHead {
  readonly channels: number;
  /** 48 kHz samples to drop from the start of the decoded output */
  readonly preSkipSamples: number;
  /** what the encoder was fed, for information; 0 when not stated */
  readonly inputSampleRateHz: number;
  /** gain to apply when decoding, in 1/256 dB */
  readonly outputGainQ8: number;
}

const HEAD_BYTES = 19;

/** Null when the packet is no OpusHead of a version that can be read (major version 0). */
export function parseOpusHead(packet: Uint8Array): OpusHead | null {
  if (packet.length < HEAD_BYTES || !hasAscii(packet, 0, "OpusHead")) return null;
  if (u8(packet, 8) > 15 || u8(packet, 9) === 0) return null;
  return {
    channels: u8(packet, 9),
    preSkipSamples: u16le(packet, 10),
    inputSampleRateHz: u32le(packet, 12),
    outputGainQ8: (u16le(packet, 16) << 16) >> 16,
  };
}

/**
 * The 19 bytes of a mono or stereo header (channel mapping family 0).
 *
 * @throws RangeError when a field does not fit
 */
export function encodeOpusHead(head: OpusHead): Uint8Array {
  if (head.channels !== 1 && head.channels !== 2)
    throw new RangeError("mapping family 0 has 1 or 2 channels");
  const bytes = Buffer.alloc(HEAD_BYTES);
  bytes.write("OpusHead", 0, "latin1");
  bytes[8] = 1;
  bytes[9] = head.channels;
  bytes.writeUInt16LE(head.preSkipSamples, 10);
  bytes.writeUInt32LE(head.inputSampleRateHz, 12);
  bytes.writeInt16LE(head.outputGainQ8, 16);
  return bytes;
}

/**
 * The comment header: vendor string and `KEY=value` comments in the order given. RFC 7845, 5.2.
 *
 * @throws RangeError when a key is empty or holds `=` or a byte outside 0x20–0x7D
 */
export function encodeOpusTags(tags: {
  readonly vendor: string;
  readonly comments: readonly (readonly [key: string, value: string])[];
}): Uint8Array {
  const parts = [Buffer.from("OpusTags", "latin1"), ...lengthPrefixed(tags.vendor)];
  parts.push(u32leBytes(tags.comments.length));
  for (const [key, value] of tags.comments) {
    if (!/^[\x20-\x3c\x3e-\x7d]+$/.test(key))
      throw new RangeError(`not a comment key: ${JSON.stringify(key)}`);
    parts.push(...lengthPrefixed(`${key}=${value}`));
  }
  return Buffer.concat(parts);
}

function lengthPrefixed(text: string): Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  return [u32leBytes(bytes.length), bytes];
}

function u32leBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
