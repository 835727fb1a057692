import { crc16 } from "./crc16.ts";
import { u16be } from "./integers.ts";
import { MPEG_HEADER_BYTES, type MpegFrameHeader } from "./mpeg-frame.ts";

const CRC_BYTES = 2;

/**
 * Whether a layer III frame that carries a CRC matches it; null without one and for layers I and II. The CRC covers the
 * last two header bytes and the side information, not the samples. ISO/IEC 11172-3, 2.4.3.1.
 */
export function mpegFrameCrcMatches(frame: Uint8Array, header: MpegFrameHeader): boolean | null {
  if (!header.hasCrc || header.layer !== 3) return null;
  const sideInfo = MPEG_HEADER_BYTES + CRC_BYTES;
  const crc = crc16(
    crc16(0xffff, frame, 2, MPEG_HEADER_BYTES),
    frame,
    sideInfo,
    sideInfo + sideInfoBytes(header),
  );
  return crc === u16be(frame, MPEG_HEADER_BYTES);
}

/** Bytes between the header (and its CRC) and the main data of a layer III frame. ISO/IEC 11172-3, 2.4.1.7. */
export function sideInfoBytes(header: MpegFrameHeader): number {
  if (header.version === 1) return header.channels === 2 ? 32 : 17;
  return header.channels === 2 ? 17 : 9;
}
