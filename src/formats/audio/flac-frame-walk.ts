import { crc16 } from "./crc16.ts";
import {
  type FlacFrameHeader,
  isFlacFrameSync,
  MAX_FLAC_FRAME_HEADER_BYTES,
  parseFlacFrameHeader,
} from "./flac-frame.ts";

/**
 * Goes from FLAC frame to FLAC frame and finds the first one that is not whole. A frame states no length: it ends where
 * its CRC-16 comes out and the header of the next begins, whose CRC-8 is right and whose number follows. Where such a
 * header begins and the CRC-16 does not come out, the frame before it is damaged. RFC 9639, 9.
 */
export class FlacFrameWalk {
  readonly #onDamage: (offsetBytes: number, detail: string) => void;
  /** File offset of the first byte of `#rest`. */
  #offsetBytes: number;
  /** Bytes too near to the end of what is known to be looked at as a header. */
  #rest: Uint8Array = new Uint8Array(0);
  #frame: FlacFrameHeader | null = null;
  #frameOffset: number;
  /** Over the bytes of the frame under way; zero behind its last one, which is part of the CRC itself. */
  #crc = 0;
  #samples = 0;

  /** `offsetBytes`: where in its file the first pushed byte lies. Damage is told with its place in the file. */
  constructor(offsetBytes: number, onDamage: (offsetBytes: number, detail: string) => void) {
    this.#offsetBytes = offsetBytes;
    this.#frameOffset = offsetBytes;
    this.#onDamage = onDamage;
  }

  /** Samples per channel in the frames met so far. */
  get samples(): number {
    return this.#samples;
  }

  push(bytes: Uint8Array): void {
    const joined = this.#rest.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#rest, bytes]);
    this.#walk(joined, Math.max(0, joined.length - MAX_FLAC_FRAME_HEADER_BYTES));
  }

  finish(): void {
    this.#walk(asBuffer(this.#rest), this.#rest.length);
    if (this.#frame !== null && this.#crc !== 0)
      this.#damage("does not match its CRC-16 at the end of the file");
  }

  /** Looks for headers at `bytes[0, end)` and keeps the rest. */
  #walk(bytes: Buffer, end: number): void {
    let done = 0;
    for (let at = bytes.indexOf(0xff); at >= 0 && at < end; at = bytes.indexOf(0xff, at + 1)) {
      if (!isFlacFrameSync(bytes, at)) continue;
      this.#crc = crc16(this.#crc, bytes, done, at);
      done = at;
      const header = parseFlacFrameHeader(bytes, at);
      if (header !== null && this.#follows(header)) this.#begin(header, this.#offsetBytes + at);
    }
    this.#crc = crc16(this.#crc, bytes, done, end);
    this.#offsetBytes += end;
    this.#rest = Uint8Array.prototype.slice.call(bytes, end);
  }

  /** Whether a header belongs to the stream: as the next one, or, where a frame has just ended, as a later one. */
  #follows(next: FlacFrameHeader): boolean {
    const frame = this.#frame;
    if (frame === null) return true;
    if (next.isFixedBlocking !== frame.isFixedBlocking || next.formatCode !== frame.formatCode) return false;
    return next.number === nextNumber(frame) || (this.#crc === 0 && next.number > frame.number);
  }

  #begin(header: FlacFrameHeader, offsetBytes: number): void {
    if (this.#frame === null && offsetBytes > this.#frameOffset) this.#damage("has no sound header");
    if (this.#frame !== null && this.#crc !== 0) this.#damage("does not match its CRC-16");
    const isGap = this.#frame !== null && header.number !== nextNumber(this.#frame);
    this.#frame = header;
    this.#frameOffset = offsetBytes;
    if (isGap) this.#damage("does not follow the one before it");
    this.#samples += header.blockSamples;
    this.#crc = 0;
  }

  #damage(what: string): void {
    const name = this.#frame === null ? "the first frame" : `frame ${this.#frame.number}`;
    this.#onDamage(this.#frameOffset, `${name} ${what}`);
  }
}

function nextNumber(frame: FlacFrameHeader): number {
  return frame.number + (frame.isFixedBlocking ? 1 : frame.blockSamples);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
