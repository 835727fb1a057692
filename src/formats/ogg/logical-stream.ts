import { hasAscii, u8 } from "../audio/integers.ts";
import { PacketSampleCounter } from "./packet-samples.ts";
import { PAGE_HEADER_BYTES, type PageHeader } from "./page.ts";
import type { OggPayloadDigest } from "./payload-digest.ts";
import type { OggStreamReport } from "./report.ts";
import { type ReportProblem, SampleClock } from "./sample-clock.ts";
import type { AudioStreamHeader, StreamHeader } from "./stream-header.ts";
import { MAX_SETUP_BYTES, parseVorbisModes } from "./vorbis-setup.ts";

/** What is done with the bytes of the packet under way. */
type Role = "hash" | "collect-and-hash" | "collect-flac-header" | "skip" | "orphan";

/** The length of the Ogg FLAC first packet. RFC 9639, 10.1. */
const FLAC_HEADER_BYTES = 51;

/** One logical stream: its packets, their order and (for the music) their hash and sample positions. */
export class LogicalStream {
  readonly serial: number;
  readonly link: number;
  readonly header: StreamHeader;
  /** set for the music only */
  readonly clock: SampleClock | null;
  readonly #audio: AudioStreamHeader | null;
  readonly #digest: OggPayloadDigest | null;
  #counter: PacketSampleCounter | null = null;
  #inHeader: boolean = true;
  #pages = 0;
  #packets = 0;
  #nextSequence: number | null = null;
  #pagesBehindEos = 0;
  #lastGranule: number | null = null;
  #eos: boolean = false;
  #role: Role = "skip";
  #packetOpen: boolean = false;
  #packetBytes = 0;
  #packetSamples: number | null = null;
  #collected: Uint8Array[] = [];

  /** `digest` is given for the music, the stream that is hashed and timed. */
  constructor(serial: number, link: number, header: StreamHeader, digest: OggPayloadDigest | null) {
    this.serial = serial;
    this.link = link;
    this.header = header;
    this.#audio = header.kind === "audio" && digest !== null ? header : null;
    this.#digest = digest;
    this.clock = this.#audio === null ? null : new SampleClock(this.#audio);
  }

  get eos(): boolean {
    return this.#eos;
  }

  get packets(): number {
    return this.#packets;
  }

  /**
   * Pages that carry on the page count behind an end-of-stream page. Some old encoders mark each of the last
   * pages as the last; nothing is lost and decoders play them all, so they belong to the stream.
   */
  get pagesBehindEos(): number {
    return this.#pagesBehindEos;
  }

  page(page: PageHeader, bytes: Uint8Array, at: number, problem: ReportProblem): void {
    this.#pages++;
    if (this.#eos && page.sequence === this.#nextSequence) this.#pagesBehindEos++;
    else if (this.#eos) problem("after-eos", `stream ${this.serial} goes on behind its end`);
    else this.#checkSequence(page.sequence, problem);
    this.#nextSequence = (page.sequence + 1) >>> 0;
    const audioPackets = this.#packetsOf(page, bytes, at, problem);
    if (page.granule !== null) this.#lastGranule = page.granule;
    this.clock?.page(page.granule, audioPackets, page.eos, problem);
    this.#eos = page.eos;
  }

  /** Reports what only the end of the stream can tell. */
  finish(problem: ReportProblem): void {
    if (!this.#eos) problem("missing-eos", `stream ${this.serial} has no end-of-stream page`);
    if (this.#packetOpen) problem("continuity", `the last packet of stream ${this.serial} has no end`);
    if (this.#audio !== null && this.#inHeader && this.#packets < (this.#audio.headerPackets ?? 2)) {
      problem("header", `stream ${this.serial} ends inside its header packets`);
    }
    this.clock?.finish(problem);
  }

  report(): OggStreamReport {
    return {
      serial: this.serial,
      link: this.link,
      kind: this.header.kind,
      codec: this.header.codec,
      music: this.#audio !== null,
      pages: this.#pages,
      packets: this.#packets,
      eos: this.#eos,
      lastGranule: this.#lastGranule,
    };
  }

  #checkSequence(sequence: number, problem: ReportProblem): void {
    if (this.#nextSequence === null || sequence === this.#nextSequence) return;
    problem("sequence-gap", `stream ${this.serial}: page ${sequence} where ${this.#nextSequence} was due`);
  }

  /** Walks the lacing values (RFC 3533, 5); returns how many audio packets end on the page. */
  #packetsOf(page: PageHeader, bytes: Uint8Array, at: number, problem: ReportProblem): number {
    this.#checkContinuation(page.continued, problem);
    let lacing = at + PAGE_HEADER_BYTES;
    const lacingEnd = lacing + page.segments;
    let bodyAt = lacingEnd;
    let runStart = bodyAt;
    let audioPackets = 0;
    while (lacing < lacingEnd) {
      let partBytes = 0;
      let ends = false;
      while (lacing < lacingEnd && !ends) {
        const value = u8(bytes, lacing++);
        partBytes += value;
        ends = value < 255;
      }
      if (!this.#packetOpen) this.#beginPacket(bytes, bodyAt, partBytes, problem);
      if (this.#role !== "hash" && this.#role !== "collect-and-hash") {
        this.#hashRun(bytes, runStart, bodyAt);
        runStart = bodyAt + partBytes;
      }
      if (this.#role === "collect-and-hash" || this.#role === "collect-flac-header") {
        this.#collect(bytes, bodyAt, partBytes);
      }
      bodyAt += partBytes;
      this.#packetBytes += partBytes;
      this.#packetOpen = !ends;
      if (ends) audioPackets += this.#endPacket();
    }
    this.#hashRun(bytes, runStart, bodyAt);
    return audioPackets;
  }

  #checkContinuation(continued: boolean, problem: ReportProblem): void {
    if (continued === this.#packetOpen) return;
    if (continued) {
      problem("continuity", `stream ${this.serial}: a page continues a packet that was not begun`);
      this.#role = "orphan";
      this.#packetOpen = true;
    } else {
      problem("continuity", `stream ${this.serial}: a packet is not continued`);
      this.#packetOpen = false;
    }
  }

  /**
   * Everything that has to be known of a packet stands in its first bytes, and those are all on the page on
   * which it begins: only a packet with 255 bytes or more there can go on to the next page.
   */
  #beginPacket(bytes: Uint8Array, at: number, partBytes: number, problem: ReportProblem): void {
    this.#packetBytes = 0;
    const index = this.#packets++;
    if (this.#audio === null) {
      this.#role = "skip";
      return;
    }
    if (this.#inHeader) {
      const role = this.#headerRole(this.#audio, index, bytes.subarray(at, at + partBytes), problem);
      if (role !== null) {
        this.#role = role;
        return;
      }
      this.#inHeader = false;
    }
    this.#role = "hash";
    this.#counter ??= new PacketSampleCounter(this.#audio, null);
    this.#packetSamples = this.#counter.count(bytes, at, partBytes);
  }

  /** The role of a header packet; null for the first audio packet. */
  #headerRole(
    audio: AudioStreamHeader,
    index: number,
    head: Uint8Array,
    problem: ReportProblem,
  ): Role | null {
    if (audio.codec === "flac") {
      if (index === 0) return "collect-flac-header";
      return u8(head, 0) === 0xff ? null : "skip";
    }
    if (index >= (audio.headerPackets ?? 0)) return null;
    if (index === 1) {
      const magic = audio.codec === "vorbis" ? "\x03vorbis" : audio.codec === "opus" ? "OpusTags" : "";
      if (hasAscii(head, 0, magic)) return "skip";
      problem("header", `stream ${this.serial}: the second packet is no comment header`);
      return "hash";
    }
    if (index === 2 && audio.codec === "vorbis") {
      if (hasAscii(head, 0, "\x05vorbis")) return "collect-and-hash";
      problem("header", `stream ${this.serial}: the third packet is no set-up header`);
    }
    return "hash";
  }

  /** Ends the packet under way; 1 when it was an audio packet. */
  #endPacket(): number {
    const role = this.#role;
    if (role === "orphan" || role === "skip") return 0;
    if (role === "collect-flac-header") {
      const normal = withoutTagTraces(Buffer.concat(this.#collected));
      this.#collected = [];
      this.#digest?.update(normal);
      this.#digest?.endPacket(normal.length);
      return 0;
    }
    this.#digest?.endPacket(this.#packetBytes);
    if (role === "collect-and-hash" && this.#audio !== null) {
      const modes = parseVorbisModes(Buffer.concat(this.#collected), this.#audio.channels);
      this.#collected = [];
      this.#counter = new PacketSampleCounter(this.#audio, modes);
    }
    if (this.#inHeader) return 0;
    this.clock?.packet(this.#packetSamples);
    return 1;
  }

  #collect(bytes: Uint8Array, at: number, partBytes: number): void {
    const limit = this.#role === "collect-flac-header" ? FLAC_HEADER_BYTES : MAX_SETUP_BYTES + 1;
    const room = limit - this.#packetBytes;
    if (room > 0)
      this.#collected.push(Uint8Array.prototype.slice.call(bytes, at, at + Math.min(partBytes, room)));
  }

  #hashRun(bytes: Uint8Array, start: number, end: number): void {
    if (end > start) this.#digest?.update(bytes.subarray(start, end));
  }
}

/**
 * The first packet of Ogg FLAC counts the metadata packets behind it and marks whether it is the last: both
 * change when a tag or a picture is added. They are hashed as zero.
 */
function withoutTagTraces(packet: Buffer): Buffer {
  const normal = Buffer.from(packet);
  normal.fill(0, 7, 9);
  if (normal.length > 13) normal[13] = u8(normal, 13) & 0x7f;
  return normal;
}
