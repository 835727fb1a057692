import { u8 } from "../audio/integers.ts";
import {
  CAPTURE_PATTERN,
  hasCapturePattern,
  hasRightCrc,
  MAX_PAGE_BYTES,
  PAGE_HEADER_BYTES,
  pageBodyBytes,
} from "./page.ts";
import type { OggProblemKind } from "./report.ts";

export interface PageHandler {
  /** A page with a right CRC: `bytes[at, end)`, valid during the call only. */
  page(bytes: Uint8Array, at: number, end: number, offsetBytes: number): void;
  problem(kind: OggProblemKind, offsetBytes: number, detail: string): void;
}

const CAPTURE_BYTES = CAPTURE_PATTERN.length;
/** A page, and the capture pattern of the one behind it. */
const CARRY_BYTES = MAX_PAGE_BYTES + CAPTURE_BYTES;
/**
 * False page starts that are looked into before the rest of a file is given up. Each may cost the CRC of a
 * whole page for four bytes of input; without a limit a crafted file would cost thousands of times its size.
 */
const MAX_FALSE_STARTS = 1000;

/** Cuts a byte stream, pushed in pieces of any size, into pages. Holds at most one page. */
export class PageReader {
  readonly #handler: PageHandler;
  readonly #carry: Buffer = Buffer.alloc(CARRY_BYTES);
  #carried = 0;
  /** bytes that must be there, from the start of the carry, before another step can be made */
  #needed = CAPTURE_BYTES;
  /** file offset of the first byte not yet consumed */
  #offsetBytes = 0;
  #sizeBytes = 0;
  #pages = 0;
  #junkStart: number | null = null;
  #truncatedStart: number | null = null;
  #falseStarts = 0;

  constructor(handler: PageHandler) {
    this.#handler = handler;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  push(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.length;
    let at = 0;
    while (this.#carried > 0 && at < chunk.length) {
      const take = Math.min(Math.max(this.#needed - this.#carried, 1), chunk.length - at);
      this.#carry.set(chunk.subarray(at, at + take), this.#carried);
      this.#carried += take;
      at += take;
      if (this.#carried >= this.#needed) this.#consumeCarry(false);
    }
    if (at === chunk.length) return;
    const used = this.#consume(chunk, at, chunk.length, false);
    this.#carry.set(chunk.subarray(used), 0);
    this.#carried = chunk.length - used;
  }

  finish(): void {
    this.#consumeCarry(true);
    if (this.#sizeBytes === 0) this.#handler.problem("empty", 0, "no bytes");
    if (this.#junkStart === null) return;
    // Bytes of a page that was cut off are reported as that, not as rubbish.
    if (this.#junkStart === this.#truncatedStart) {
      this.#handler.problem("truncated", this.#junkStart, "the file ends inside a page");
    } else {
      this.#endJunk(this.#sizeBytes, this.#pages === 0 ? "not-ogg" : "tail");
    }
  }

  #consumeCarry(final: boolean): void {
    const used = this.#consume(this.#carry, 0, this.#carried, final);
    this.#carry.copyWithin(0, used, this.#carried);
    this.#carried -= used;
  }

  /** Goes as far as it can in `bytes[start, end)`; returns where it stopped and sets what it needs there. */
  #consume(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    let at = start;
    while (at < end) {
      const next = this.#step(bytes, at, end, final);
      if (next === at) break;
      this.#offsetBytes += next - at;
      at = next;
    }
    return at;
  }

  /** The position after a page or after bytes that belong to none; the same position when more is needed. */
  #step(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    if (this.#falseStarts > MAX_FALSE_STARTS) return end;
    const available = end - at;
    if (available < CAPTURE_BYTES && !final) return this.#need(at, CAPTURE_BYTES);
    if (!hasCapturePattern(bytes, at)) return this.#skipJunk(bytes, at, end, final);
    const headerBytes =
      available < PAGE_HEADER_BYTES ? PAGE_HEADER_BYTES : PAGE_HEADER_BYTES + u8(bytes, at + 26);
    if (available < headerBytes) return final ? this.#truncated(at) : this.#need(at, headerBytes);
    const pageBytes = headerBytes + pageBodyBytes(bytes, at, headerBytes - PAGE_HEADER_BYTES);
    if (available < pageBytes) return final ? this.#truncated(at) : this.#need(at, pageBytes);
    if (hasRightCrc(bytes, at, at + pageBytes)) {
      if (this.#junkStart !== null) this.#endJunk(this.#offsetBytes, "junk");
      this.#handler.page(bytes, at, at + pageBytes, this.#offsetBytes);
      this.#pages++;
      return at + pageBytes;
    }
    return this.#badPage(bytes, at, end, pageBytes, final);
  }

  /**
   * A wrong CRC: when another page follows (or the file ends) where this one says that it ends, its lengths
   * are right and only its contents are lost; else the lengths are not to be trusted and the search starts.
   */
  #badPage(bytes: Uint8Array, at: number, end: number, pageBytes: number, final: boolean): number {
    if (this.#junkStart !== null) return this.#falseStart(at);
    const behind = at + pageBytes;
    if (end - behind < CAPTURE_BYTES && !final) return this.#need(at, pageBytes + CAPTURE_BYTES);
    this.#handler.problem("bad-crc", this.#offsetBytes, `page of ${pageBytes} bytes`);
    if (behind === end || hasCapturePattern(bytes, behind)) return behind;
    return this.#falseStart(at);
  }

  /** The last bytes look like a page that is longer than they are; pages may still be hidden in them. */
  #truncated(at: number): number {
    if (this.#junkStart === null) this.#truncatedStart = this.#offsetBytes;
    return this.#falseStart(at);
  }

  /** Steps over the capture pattern of what is no page, and searches on behind it. */
  #falseStart(at: number): number {
    this.#junkStart ??= this.#offsetBytes;
    this.#falseStarts++;
    if (this.#falseStarts > MAX_FALSE_STARTS) {
      this.#handler.problem(
        "too-damaged",
        this.#offsetBytes,
        `more than ${MAX_FALSE_STARTS} false page starts`,
      );
    }
    return at + CAPTURE_BYTES;
  }

  #skipJunk(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    this.#junkStart ??= this.#offsetBytes;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at);
    const found = view.indexOf(CAPTURE_PATTERN, 0, "latin1");
    if (found >= 0) return at + found;
    // The last three bytes may be the beginning of a capture pattern.
    const kept = final ? 0 : Math.min(CAPTURE_BYTES - 1, end - at);
    this.#needed = CAPTURE_BYTES;
    return end - kept;
  }

  #endJunk(endBytes: number, kind: "junk" | "tail" | "not-ogg"): void {
    const start = this.#junkStart ?? endBytes;
    if (start === this.#truncatedStart) this.#handler.problem("bad-crc", start, "a page with wrong lengths");
    this.#junkStart = null;
    this.#handler.problem(kind, start, `${endBytes - start} bytes that belong to no page`);
  }

  #need(at: number, bytes: number): number {
    this.#needed = bytes;
    return at;
  }
}
