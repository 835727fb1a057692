import { u8 } from "../audio/integers.ts";
import { ProblemLog } from "../audio/problem-log.ts";
import { LogicalStream } from "./logical-stream.ts";
import { PAGE_HEADER_BYTES, type PageHeader, parsePageHeader } from "./page.ts";
import { PageReader } from "./page-reader.ts";
import { OGG_PAYLOAD_METHOD, OggPayloadDigest } from "./payload-digest.ts";
import type { OggProblem, OggProblemKind, OggStreamReport, OggWalkReport } from "./report.ts";
import { type AudioStreamHeader, identifyStream, type StreamHeader } from "./stream-header.ts";

/** Logical streams that may run side by side, and how many of all a report lists. */
const MAX_STREAMS = 64;

/** Problems after which the packets at hand are not all the packets there were. */
const LOSSES: ReadonlySet<OggProblemKind> = new Set<OggProblemKind>([
  "bad-crc",
  "bad-version",
  "truncated",
  "sequence-gap",
  "missing-bos",
  "missing-eos",
  "continuity",
  "header",
  "after-eos",
  "too-many-streams",
  "too-damaged",
]);

/**
 * The gate for Ogg files: give it a file's bytes in order, in pieces of any size, then ask for the report.
 * It never throws for what it reads, and holds one page, the first packets' few kilobytes and small tables,
 * whatever the length of the file. RFC 3533; RFC 7845; Vorbis I, A; RFC 9639, 10.1.
 *
 * ```ts
 * const walker = new OggWalker();
 * for await (const chunk of file) walker.push(chunk);
 * const { ok, problems, granuleSamples } = walker.finish();
 * ```
 */
export class OggWalker {
  readonly #reader: PageReader;
  readonly #problems: ProblemLog<OggProblem> = new ProblemLog();
  readonly #digest: OggPayloadDigest = new OggPayloadDigest();
  /** of the link under way, by serial number */
  readonly #streams: Map<number, LogicalStream> = new Map();
  /** the music stream of every link that has one is summed up here when its link ends */
  readonly #sums: MusicSums = new MusicSums();
  readonly #reports: OggStreamReport[] = [];
  #streamCount = 0;
  #links = 0;
  #linkHasData = false;
  #linkMusic: LogicalStream | null = null;
  #firstMusic: AudioStreamHeader | null = null;
  #multiplexed = false;
  #pages = 0;
  #lossy = false;
  #offsetBytes = 0;
  #finished: OggWalkReport | null = null;

  constructor() {
    this.#reader = new PageReader({
      page: (bytes, at, end, offsetBytes) => {
        this.#offsetBytes = offsetBytes;
        this.#page(bytes, at, end);
      },
      problem: (kind, offsetBytes, detail) => this.#problem(kind, offsetBytes, detail),
    });
  }

  /** @throws RangeError after `finish` */
  push(chunk: Uint8Array): void {
    if (this.#finished !== null) throw new RangeError("the walk is finished");
    this.#reader.push(chunk);
  }

  /** The report; a second call gives the same one. */
  finish(): OggWalkReport {
    this.#finished ??= this.#report();
    return this.#finished;
  }

  #page(bytes: Uint8Array, at: number, end: number): void {
    const page = parsePageHeader(bytes, at);
    if (page.version !== 0) this.#here("bad-version", `page version ${page.version}`);
    else this.#streamOf(page, bytes, at, end)?.page(page, bytes, at, this.#here);
    this.#pages++;
  }

  readonly #here = (kind: OggProblemKind, detail: string): void => {
    this.#problem(kind, this.#offsetBytes, detail);
  };

  #problem(kind: OggProblemKind, offsetBytes: number, detail: string): void {
    if (LOSSES.has(kind)) this.#lossy = true;
    this.#problems.add({ kind, pageIndex: this.#pages, offsetBytes, detail });
  }

  /** The stream of a page, begun when need be; null when there are too many. RFC 3533, 4. */
  #streamOf(page: PageHeader, bytes: Uint8Array, at: number, end: number): LogicalStream | null {
    const known = this.#streams.get(page.serial);
    if (!page.bos) {
      this.#linkHasData = true;
      if (known !== undefined) return known;
      this.#here("missing-bos", `stream ${page.serial} has no beginning`);
      return this.#begin(page.serial, { kind: "unknown", codec: "unknown" });
    }
    if (known !== undefined || this.#linkHasData) {
      const open = [...this.#streams.values()].filter((stream) => !stream.eos).length;
      if (open > 0) this.#here("late-bos", `stream ${page.serial} begins while ${open} others are under way`);
      this.#endLink();
    }
    return this.#begin(page.serial, identifyStream(firstPacketOf(page, bytes, at, end)));
  }

  #begin(serial: number, header: StreamHeader): LogicalStream | null {
    if (this.#streams.size >= MAX_STREAMS) {
      this.#here("too-many-streams", `more than ${MAX_STREAMS} streams side by side`);
      return null;
    }
    if (this.#streams.size === 0) this.#links++;
    else this.#multiplexed = true;
    const isMusic = header.kind === "audio" && this.#linkMusic === null;
    const stream = new LogicalStream(serial, this.#links - 1, header, isMusic ? this.#digest : null);
    if (isMusic) {
      this.#linkMusic = stream;
      this.#compareLinks(header);
    }
    this.#streams.set(serial, stream);
    this.#streamCount++;
    return stream;
  }

  #compareLinks(header: AudioStreamHeader): void {
    const first = this.#firstMusic;
    this.#firstMusic ??= header;
    if (first === null) return;
    const same =
      first.codec === header.codec &&
      first.sampleRateHz === header.sampleRateHz &&
      first.channels === header.channels;
    if (!same) {
      this.#here("link-change", `${header.codec}, ${header.sampleRateHz} Hz, ${header.channels} channels`);
    }
  }

  #endLink(): void {
    for (const stream of this.#streams.values()) {
      stream.finish(this.#here);
      if (this.#reports.length < MAX_STREAMS) this.#reports.push(stream.report());
    }
    if (this.#linkMusic !== null) this.#sums.add(this.#linkMusic);
    this.#streams.clear();
    this.#linkMusic = null;
    this.#linkHasData = false;
  }

  #report(): OggWalkReport {
    this.#reader.finish();
    this.#offsetBytes = this.#reader.sizeBytes;
    this.#endLink();
    const first = this.#firstMusic;
    if (first === null && this.#pages > 0) this.#here("no-audio", "no stream of a known audio codec");
    const whole = first !== null && !this.#lossy;
    return {
      ok: this.#problems.count === 0,
      problems: this.#problems.problems,
      problemCount: this.#problems.count,
      sizeBytes: this.#reader.sizeBytes,
      codec: first?.codec ?? null,
      sampleRateHz: first?.sampleRateHz ?? null,
      channels: first?.channels ?? null,
      bitsPerSample: first?.bitsPerSample ?? null,
      nominalBitrateBps: first?.nominalBitrateBps ?? null,
      preSkipSamples: first?.preSkipSamples ?? null,
      startOffsetSamples: this.#sums.startOffsetSamples,
      granuleSamples: this.#sums.granuleSamples,
      packetSamples: this.#sums.packetSamples,
      endTrimSamples: this.#sums.endTrimSamples,
      granuleDriftPages: this.#sums.granuleDriftPages,
      pagesBehindEos: this.#sums.pagesBehindEos,
      pages: this.#pages,
      packets: this.#sums.packets,
      payloadSha256: whole ? this.#digest.digest() : null,
      payloadMethod: OGG_PAYLOAD_METHOD,
      eos: this.#sums.eos,
      links: this.#links,
      chained: this.#links > 1,
      multiplexed: this.#multiplexed,
      streams: this.#reports,
      streamCount: this.#streamCount,
    };
  }
}

/** The music of all links together; a value unknown for one link is unknown for the file. */
class MusicSums {
  #count = 0;
  startOffsetSamples: number | null = null;
  granuleSamples: number | null = null;
  packetSamples: number | null = null;
  endTrimSamples: number | null = null;
  granuleDriftPages = 0;
  pagesBehindEos = 0;
  packets = 0;
  eos = false;

  add(stream: LogicalStream): void {
    const clock = stream.clock;
    if (clock === null) return;
    const isFirst = this.#count++ === 0;
    if (isFirst) this.startOffsetSamples = clock.startOffsetSamples;
    this.granuleSamples = sum(isFirst, this.granuleSamples, clock.granuleSamples);
    this.packetSamples = sum(isFirst, this.packetSamples, clock.packetSamples);
    this.endTrimSamples = sum(isFirst, this.endTrimSamples, clock.endTrimSamples);
    this.granuleDriftPages += clock.driftPages;
    this.pagesBehindEos += stream.pagesBehindEos;
    this.packets += stream.packets;
    this.eos = stream.eos && (isFirst || this.eos);
  }
}

function sum(isFirst: boolean, total: number | null, value: number | null): number | null {
  if (isFirst) return value;
  return total === null || value === null ? null : total + value;
}

/** The packet that a first page holds, as far as the page goes. */
function firstPacketOf(page: PageHeader, bytes: Uint8Array, at: number, end: number): Uint8Array {
  const bodyAt = at + PAGE_HEADER_BYTES + page.segments;
  let packetBytes = 0;
  for (let i = 0; i < page.segments; i++) {
    const value = u8(bytes, at + PAGE_HEADER_BYTES + i);
    packetBytes += value;
    if (value < 255) break;
  }
  return bytes.subarray(bodyAt, Math.min(bodyAt + packetBytes, end));
}
