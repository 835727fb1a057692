import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { encodePage, MAX_PAGE_SEGMENTS } from "../formats/ogg/page.ts";

const PACKET_SAMPLES = 960;
/** One second. */
const PACKETS_PER_PAGE = 50;
/** Packets held back, because only the end tells which packet is the last one wanted. */
const HELD_PACKETS = 8;
const WRITE_BYTES = 65_536;
const MAX_LACE = 255;
const PRE_SKIP_OFFSET = 10;
const INPUT_RATE_OFFSET = 12;

export interface OpusFileOptions {
  readonly path: string;
  /** OpusHead as the encoder gave it (RFC 7845, 5.1). */
  readonly head: Buffer;
  readonly inputSampleRateHz: number;
  readonly serial: number;
  /** Size of the comment header that `finish` will bring. */
  readonly tagsBytes: number;
}

export interface OpusFileFacts {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Writes an Ogg Opus file (RFC 7845) as the packets come, in bounded memory. Room for the comment header is kept at the
 * front and filled at the end, because it states the loudness of the whole.
 */
export class OpusFileWriter {
  readonly #fd: number;
  #isOpen: boolean = true;
  readonly #serial: number;
  readonly #preSkipSamples: number;
  readonly #headPage: Uint8Array;
  readonly #tagsBytes: number;
  #held: Buffer[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sizeBytes: number;
  #sequence: number;
  #pagedPackets = 0;

  constructor(options: OpusFileOptions) {
    const head = Buffer.from(options.head);
    head.writeUInt32LE(options.inputSampleRateHz, INPUT_RATE_OFFSET);
    this.#preSkipSamples = head.readUInt16LE(PRE_SKIP_OFFSET);
    this.#serial = options.serial;
    this.#tagsBytes = options.tagsBytes;
    const [headPage = new Uint8Array(0)] = packetPages(head, {
      serial: options.serial,
      sequence: 0,
      bos: true,
    });
    this.#headPage = headPage;
    const tagPages = this.#tagPages(Buffer.alloc(options.tagsBytes));
    this.#sizeBytes = headPage.length + byteLength(tagPages);
    this.#sequence = 1 + tagPages.length;
    this.#fd = openSync(options.path, "w+");
  }

  /** One packet of 20 ms. */
  add(packet: Buffer): void {
    this.#held.push(packet);
    if (this.#held.length >= PACKETS_PER_PAGE + HELD_PACKETS) this.#page(PACKETS_PER_PAGE, null);
  }

  /**
   * Ends the stream after `samples` 48 kHz samples and writes the headers; packets past the end are dropped.
   * Throws `RangeError` when the packets do not reach the end.
   */
  finish(samples: number, tagsPacket: Buffer): OpusFileFacts {
    if (tagsPacket.length !== this.#tagsBytes)
      throw new RangeError("the comment header is not of the size that was kept");
    const lastGranule = this.#preSkipSamples + samples;
    const wanted = Math.ceil(lastGranule / PACKET_SAMPLES) - this.#pagedPackets;
    if (wanted < 1 || wanted > this.#held.length) {
      throw new RangeError(`${this.#held.length} held packets, ${wanted} wanted`);
    }
    this.#held.length = wanted;
    while (this.#held.length > PACKETS_PER_PAGE) this.#page(PACKETS_PER_PAGE, null);
    while (this.#held.length > 0) this.#page(this.#held.length, lastGranule);
    this.#flush();
    writeSync(this.#fd, Buffer.concat([this.#headPage, ...this.#tagPages(tagsPacket)]), 0, null, 0);
    const sha256 = hashOf(this.#fd);
    this.close();
    return { sizeBytes: this.#sizeBytes, sha256 };
  }

  /** Before `finish`: gives up, and the unfinished file is the caller's to remove. */
  close(): void {
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }

  #tagPages(packet: Buffer): Uint8Array[] {
    return packetPages(packet, { serial: this.#serial, sequence: 1, bos: false });
  }

  /** Writes up to `count` of the held packets as one page; the last page of all has the granule given. */
  #page(count: number, lastGranule: number | null): void {
    const lacing: number[] = [];
    let taken = 0;
    while (taken < count) {
      const packet = this.#held[taken];
      if (packet === undefined) break;
      const laces = Math.floor(packet.length / MAX_LACE) + 1;
      if (lacing.length + laces > MAX_PAGE_SEGMENTS) break;
      pushLacing(lacing, packet.length);
      taken++;
    }
    const body = Buffer.concat(this.#held.splice(0, taken));
    this.#pagedPackets += taken;
    const isLast = lastGranule !== null && this.#held.length === 0;
    this.#write(
      encodePage({
        granule: BigInt(isLast ? lastGranule : this.#pagedPackets * PACKET_SAMPLES),
        eos: isLast,
        serial: this.#serial,
        sequence: this.#sequence++,
        lacing,
        body,
      }),
    );
  }

  #write(page: Uint8Array): void {
    this.#pending.push(page);
    this.#pendingBytes += page.length;
    if (this.#pendingBytes >= WRITE_BYTES) this.#flush();
  }

  #flush(): void {
    writeSync(this.#fd, Buffer.concat(this.#pending), 0, null, this.#sizeBytes);
    this.#sizeBytes += this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** The pages of one header packet: it begins and ends them. */
function packetPages(
  packet: Buffer,
  where: { readonly serial: number; readonly sequence: number; readonly bos: boolean },
): Uint8Array[] {
  const laces: number[] = [];
  pushLacing(laces, packet.length);
  const pages: Uint8Array[] = [];
  let at = 0;
  for (let first = 0; first < laces.length; first += MAX_PAGE_SEGMENTS) {
    const lacing = laces.slice(first, first + MAX_PAGE_SEGMENTS);
    const sizeBytes = lacing.reduce((sum, lace) => sum + lace, 0);
    const ends = first + MAX_PAGE_SEGMENTS >= laces.length;
    pages.push(
      encodePage({
        continued: first > 0,
        bos: where.bos,
        granule: ends ? 0n : null,
        serial: where.serial,
        sequence: where.sequence + pages.length,
        lacing,
        body: packet.subarray(at, at + sizeBytes),
      }),
    );
    at += sizeBytes;
  }
  return pages;
}

/** RFC 3533, 5: runs of 255 and a value below it, which is 0 for a multiple of 255. */
function pushLacing(lacing: number[], packetBytes: number): void {
  let left = packetBytes;
  for (; left >= MAX_LACE; left -= MAX_LACE) lacing.push(MAX_LACE);
  lacing.push(left);
}

function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** From the page cache: the header comes last, so the hash cannot be taken on the way. */
function hashOf(fd: number): string {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(1 << 18);
  let offset = 0;
  for (;;) {
    const bytesRead = readSync(fd, chunk, 0, chunk.length, offset);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, bytesRead));
    offset += bytesRead;
  }
}
