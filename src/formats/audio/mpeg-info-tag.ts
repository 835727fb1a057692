import { asciiAt, hasAscii, u16be, u24be, u32be } from "./integers.ts";
import { MPEG_HEADER_BYTES, type MpegFrameHeader } from "./mpeg-frame.ts";
import { sideInfoBytes } from "./mpeg-frame-crc.ts";

/** The tag that encoders put into a first, silent frame: Xing's, LAME's extension of it, or Fraunhofer's VBRI. */
export interface MpegInfoTag {
  readonly kind: "Xing" | "Info" | "VBRI";
  /** audio frames behind this one; null when not stated */
  readonly frames: number | null;
  readonly audioBytes: number | null;
  /** such as `LAME3.100`; null when there is no such extension */
  readonly encoder: string | null;
  /** samples that the encoder put in front of and behind the music */
  readonly delaySamples: number | null;
  readonly paddingSamples: number | null;
  /** bytes from the start of this frame to the end of the last one, as LAME wrote them */
  readonly musicBytes: number | null;
  /** CRC-16 (ARC) over the frames behind this one */
  readonly musicCrc: number | null;
  /** whether the CRC that the tag ends with matches the bytes in front of it; null when it has none */
  readonly isIntact: boolean | null;
}

const VBRI_OFFSET = 36;
const LAME_BYTES = 36;
const TAG_CRC_OFFSET = 34;
const FIXED_CRC_BYTES = 190;
/** Encoders known to write LAME's check values; others leave the room empty or to chance. */
const WRITES_CRC = /^(LAME|Lavf|Lavc)/;

/** The info tag of a first frame, or null when the frame is an audio frame. */
export function parseMpegInfoTag(frame: Uint8Array, header: MpegFrameHeader): MpegInfoTag | null {
  if (header.layer !== 3) return null;
  for (const crcBytes of header.hasCrc ? [0, 2] : [0]) {
    const at = MPEG_HEADER_BYTES + crcBytes + sideInfoBytes(header);
    if (hasAscii(frame, at, "Xing") || hasAscii(frame, at, "Info")) return parseXing(frame, at);
  }
  return hasAscii(frame, VBRI_OFFSET, "VBRI") ? parseVbri(frame) : null;
}

/** Four optional fields, announced by flag bits, then LAME's 36 bytes. */
function parseXing(frame: Uint8Array, start: number): MpegInfoTag {
  const flags = u32be(frame, start + 4);
  let at = start + 8;
  const field = (bit: number, bytes: number): number | null => {
    if ((flags & bit) === 0) return null;
    at += bytes;
    return u32be(frame, at - bytes);
  };
  const frames = field(1, 4);
  const audioBytes = field(2, 4);
  field(4, 100);
  field(8, 4);
  const hasEncoder = frame.length >= at + LAME_BYTES && /^[A-Z]/.test(asciiAt(frame, at, 1));
  const delays = hasEncoder ? u24be(frame, at + 21) : 0;
  const writesCrc = hasEncoder && WRITES_CRC.test(asciiAt(frame, at, 4));
  const hasCrc = writesCrc && u32be(frame, at + 28) !== 0;
  const tagCrc = writesCrc ? u16be(frame, at + TAG_CRC_OFFSET) : 0;
  return {
    kind: hasAscii(frame, start, "Xing") ? "Xing" : "Info",
    frames,
    audioBytes,
    encoder: hasEncoder ? asciiAt(frame, at, 9).trim() : null,
    delaySamples: delays === 0 ? null : delays >>> 12,
    paddingSamples: delays === 0 ? null : delays & 0xfff,
    musicBytes: hasCrc ? u32be(frame, at + 28) : null,
    musicCrc: hasCrc ? u16be(frame, at + 32) : null,
    isIntact: tagCrc === 0 ? null : tagCrcs(frame, at + TAG_CRC_OFFSET).includes(tagCrc),
  };
}

function parseVbri(frame: Uint8Array): MpegInfoTag {
  return {
    kind: "VBRI",
    frames: u32be(frame, VBRI_OFFSET + 14),
    audioBytes: u32be(frame, VBRI_OFFSET + 10),
    encoder: null,
    delaySamples: null,
    paddingSamples: null,
    musicBytes: null,
    musicCrc: null,
    isIntact: null,
  };
}

/**
 * LAME takes its CRC over all that lies in front of it; FFmpeg over the 190 bytes that this is in stereo at 32 kHz and
 * above, with the field itself, and what lies behind a shorter frame, at zero.
 */
function tagCrcs(frame: Uint8Array, fieldAt: number): readonly number[] {
  const fixed = new Uint8Array(FIXED_CRC_BYTES);
  fixed.set(frame.subarray(0, FIXED_CRC_BYTES));
  fixed.fill(0, fieldAt, fieldAt + 2);
  return [crcOf(frame.subarray(0, fieldAt)), crcOf(fixed)];
}

function crcOf(bytes: Uint8Array): number {
  const crc = new MusicCrc();
  crc.update(bytes);
  return crc.value;
}

/** Bytes of a frame that `parseMpegInfoTag` may want to see. */
export const INFO_TAG_REACH_BYTES: number = MPEG_HEADER_BYTES + 2 + 32 + 8 + 112 + LAME_BYTES;

/** CRC-16/ARC: polynomial 0x8005 reflected, start 0, as LAME has it. */
export class MusicCrc {
  #crc = 0;

  update(bytes: Uint8Array): void {
    let crc = this.#crc;
    for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 255] ?? 0);
    this.#crc = crc;
  }

  get value(): number {
    return this.#crc;
  }
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});
