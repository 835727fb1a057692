import { ID3V2_HEADER_BYTES, id3v2Bytes } from "./id3v2.ts";
import { asciiAt, u8, u16be, u32be } from "./integers.ts";

/** One frame of an ID3v2.3 or 2.4 tag, its contents as they were before unsynchronisation. */
export interface Id3v2Frame {
  readonly id: string;
  readonly content: Uint8Array;
}

const FRAME_HEADER_BYTES = 10;
const FRAME_ID = /^[A-Z][A-Z0-9]{3}$/;
/** Frames that are looked at; a podcast with a picture for each of its chapters has some hundred. */
const MAX_FRAMES = 10_000;

/**
 * The frames of the tag at the start of `bytes`, in order; none when it is of another version. A tag that is cut gives
 * the frames that are whole. Compressed and encrypted frames are left out. ID3v2.3.0, 3; ID3v2.4.0 structure, 3 and 4.
 */
export function id3v2Frames(bytes: Uint8Array): readonly Id3v2Frame[] {
  const version = u8(bytes, 3);
  const tagBytes = id3v2Bytes(bytes);
  if (tagBytes === 0 || (version !== 3 && version !== 4)) return [];
  const flags = u8(bytes, 5);
  const hasFooter = (flags & 0x10) !== 0 && version === 4;
  let body = bytes.subarray(ID3V2_HEADER_BYTES, tagBytes - (hasFooter ? ID3V2_HEADER_BYTES : 0));
  const isUnsynchronised = (flags & 0x80) !== 0;
  if (isUnsynchronised && version === 3) body = resynchronised(body);
  if ((flags & 0x40) !== 0) {
    const stated = sizeAt(body, 0, version);
    body = body.subarray(version === 3 ? stated + 4 : stated);
  }
  return id3v2FramesIn(body, version, isUnsynchronised && version === 4);
}

/** The frames that fill `body`, as those in the contents of a chapter do. */
export function id3v2FramesIn(
  body: Uint8Array,
  version: number,
  isUnsynchronised: boolean,
): readonly Id3v2Frame[] {
  const frames: Id3v2Frame[] = [];
  for (let at = 0; at + FRAME_HEADER_BYTES < body.length && frames.length < MAX_FRAMES; ) {
    const id = asciiAt(body, at, 4);
    const start = at + FRAME_HEADER_BYTES;
    const end = start + sizeAt(body, at + 4, version);
    // Padding, or what is no frame.
    if (!FRAME_ID.test(id) || end > body.length) break;
    const content = contentOf(body.subarray(start, end), u16be(body, at + 8), version, isUnsynchronised);
    if (content !== null) frames.push({ id, content });
    at = end;
  }
  return frames;
}

/** Format flags: ID3v2.3.0, 3.3.1; ID3v2.4.0 structure, 4.1.2. */
function contentOf(
  content: Uint8Array,
  flags: number,
  version: number,
  isUnsynchronised: boolean,
): Uint8Array | null {
  if (version === 3) {
    if ((flags & 0xc0) !== 0) return null;
    return content.subarray((flags & 0x20) !== 0 ? 1 : 0);
  }
  if ((flags & 0x0c) !== 0) return null;
  const headBytes = ((flags & 0x40) !== 0 ? 1 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);
  const rest = content.subarray(headBytes);
  return isUnsynchronised || (flags & 0x02) !== 0 ? resynchronised(rest) : rest;
}

/** Four times seven bits in version 2.4; some writers put plain integers there, which a high bit gives away. */
function sizeAt(bytes: Uint8Array, at: number, version: number): number {
  const plain = u32be(bytes, at);
  if (version === 3 || (plain & 0x8080_8080) !== 0) return plain;
  return (
    u8(bytes, at) * 0x20_0000 + u8(bytes, at + 1) * 0x4000 + u8(bytes, at + 2) * 0x80 + u8(bytes, at + 3)
  );
}

/** Takes out the zero that was put behind each 0xFF. ID3v2.4.0 structure, 6.1. */
function resynchronised(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = u8(bytes, at);
    out[length++] = byte;
    if (byte === 0xff && bytes[at + 1] === 0) at++;
  }
  return out.subarray(0, length);
}
