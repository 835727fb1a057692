import { ByteFeed, type FeedParser, type FeedRequest, pass, peek, take } from "./byte-feed.ts";
import { asciiAt, hasAscii, u32le, u64le } from "./integers.ts";
import type { PayloadHasher, PayloadProblem, PayloadProblemKind, PayloadReport } from "./payload-report.ts";
import { ProblemLog } from "./problem-log.ts";
import { RunHash } from "./run-hash.ts";
import { trailingTagBytes } from "./trailing-tags.ts";
import { isFixedSize, parseWaveFormat, type WaveFormat, waveSamples } from "./wave-format.ts";

const FORMAT_BYTES = 40;
const DS64_BYTES = 24;
/** In a 32-bit size: look into `ds64` (RF64, BW64), or: it was never filled in (RIFF). */
const UNKNOWN_SIZE = 0xffff_ffff;
const CHUNK_ID = /^[\x20-\x7e]{4}$/;
/** How much of what is no chunk is looked into for tags that taggers of other formats leave. */
const MAX_TAGS_BYTES = 1024 * 1024;
/** What editors append without counting it in the header; anything else behind the stated end may be displaced sound. */
const APPENDED_CHUNKS =
  /^(id3 |ID3 |LIST|bext|iXML|axml|_PMX|cue |smpl|inst|JUNK|junk|PAD |FLLR|fact|PEAK|LGWV|afsp)$/;

/**
 * Method `riff-data-1`: SHA-256 of the contents of the `data` chunk. Chunks with tags do not change it; two
 * files with the same samples but another `fmt ` chunk have the same payload.
 * RIFF; EBU Tech 3306 (RF64); ITU-R BS.2088 (BW64).
 */
export class WavPayloadHasher implements PayloadHasher {
  readonly #feed: ByteFeed;
  readonly #hash: RunHash = new RunHash();
  readonly #problems: ProblemLog<PayloadProblem> = new ProblemLog();
  #format: WaveFormat | null = null;
  #hasData: boolean = false;
  #dataOffset = 0;
  #isCut: boolean = false;
  #dataSize64: number | null = null;
  #factSamples: number | null = null;

  constructor() {
    this.#feed = new ByteFeed((feed) => this.#parse(feed));
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
    this.#hash.flush();
  }

  finish(): PayloadReport {
    this.#feed.finish();
    const audioBytes = this.#hash.hashedBytes;
    const format = this.#format;
    if (this.#feed.sizeBytes === 0) this.#problem("empty", 0, "no bytes");
    if (format !== null && this.#hasData) this.#checkSamples(format, audioBytes);
    return {
      payloadSha256: audioBytes > 0 && !this.#isCut ? this.#hash.digest() : null,
      method: "riff-data-1",
      problems: this.#problems.problems,
      problemCount: this.#problems.count,
      sizeBytes: this.#feed.sizeBytes,
      structure: {
        container: "wav",
        format,
        totalSamples:
          format === null || !this.#hasData ? null : waveSamples(format, audioBytes, this.#factSamples),
        audioBytes,
      },
    };
  }

  *#parse(feed: ByteFeed): FeedParser {
    const head = yield* take(12);
    if (head.length === 0) return;
    const isRiff = hasAscii(head, 0, "RIFF");
    const formEnd = u32le(head, 4) + 8;
    const isLarge = hasAscii(head, 0, "RF64") || hasAscii(head, 0, "BW64");
    if (!hasAscii(head, 8, "WAVE") || !(isRiff || isLarge)) {
      return this.#problem("wrong-container", 0, "no RIFF WAVE header");
    }
    // 0 and all bits set: never filled in.
    const isFilledIn = isRiff && formEnd > 8 && formEnd < UNKNOWN_SIZE;
    for (;;) {
      const chunkOffset = feed.offsetBytes;
      const header = yield* peek(8);
      if (header.length < 8 || !CHUNK_ID.test(asciiAt(header, 0, 4))) break;
      const id = asciiAt(header, 0, 4);
      if (isFilledIn && chunkOffset >= formEnd && !APPENDED_CHUNKS.test(id)) break;
      const stated = u32le(header, 4);
      yield* pass(8, null);
      yield* this.#chunk(id, stated, isLarge, chunkOffset);
      const sizeBytes = this.#sizeOf(id, stated, isLarge);
      if (feed.offsetBytes < chunkOffset + 8 + sizeBytes) {
        if (sizeBytes !== Number.POSITIVE_INFINITY) this.#cut(chunkOffset, id);
        break;
      }
      // Chunks begin at even offsets; the pad byte may be missing behind the last one.
      if (sizeBytes % 2 === 1) yield* pass(1, null);
    }
    const restOffset = feed.offsetBytes;
    const rest = yield* peek(MAX_TAGS_BYTES);
    const isTags = rest.length < MAX_TAGS_BYTES && trailingTagBytes(rest) === rest.length;
    yield* pass(Number.POSITIVE_INFINITY, null);
    if (!isTags) {
      this.#problem("tail", restOffset, `${feed.offsetBytes - restOffset} bytes that are no chunk`);
    }
    // A pad byte behind an odd last chunk is not always counted.
    if (isFilledIn && restOffset > formEnd + 1) {
      this.#problem(
        "stale-size",
        4,
        `the RIFF header states ${formEnd} bytes, the chunks go to ${restOffset}`,
      );
    }
    if (this.#format === null) this.#problem("bad-header", 0, "no sound fmt chunk");
    if (!this.#hasData) this.#problem("no-audio", 0, "no data chunk");
  }

  *#chunk(
    id: string,
    stated: number,
    isLarge: boolean,
    chunkOffset: number,
  ): Generator<FeedRequest, void, Uint8Array> {
    const sizeBytes = this.#sizeOf(id, stated, isLarge);
    if (id === "ds64") {
      const sizes = yield* peek(Math.min(DS64_BYTES, sizeBytes));
      if (isLarge && sizes.length === DS64_BYTES) this.#dataSize64 = u64le(sizes, 8);
    } else if (id === "fact") {
      const samples = yield* peek(Math.min(4, sizeBytes));
      if (samples.length === 4) this.#factSamples = u32le(samples, 0);
    } else if (id === "fmt " && this.#format === null) {
      const chunk = yield* peek(Math.min(FORMAT_BYTES, sizeBytes));
      this.#format = parseWaveFormat(chunk);
    } else if (id === "data" && !this.#hasData) {
      this.#hasData = true;
      this.#dataOffset = chunkOffset;
      if (sizeBytes === Number.POSITIVE_INFINITY) {
        this.#problem("stale-size", chunkOffset, "the size of the data chunk was never filled in");
      }
      yield* pass(sizeBytes, (bytes) => this.#hash.update(bytes));
      return;
    }
    yield* pass(sizeBytes, null);
  }

  #sizeOf(id: string, stated: number, isLarge: boolean): number {
    if (id !== "data" || stated !== UNKNOWN_SIZE) return stated;
    return (isLarge ? this.#dataSize64 : null) ?? Number.POSITIVE_INFINITY;
  }

  #checkSamples(format: WaveFormat, audioBytes: number): void {
    if (audioBytes === 0) this.#problem("no-audio", 0, "the data chunk is empty");
    if (isFixedSize(format) && audioBytes % format.blockBytes !== 0 && !this.#isCut) {
      this.#problem("bad-size", this.#dataOffset, "the data chunk ends inside a sample");
    }
  }

  #cut(offsetBytes: number, id: string): void {
    if (id === "data") this.#isCut = true;
    this.#problem("truncated", offsetBytes, `the file ends inside chunk ${id.trim()}`);
  }

  #problem(kind: PayloadProblemKind, offsetBytes: number, detail: string): void {
    this.#problems.add({ kind, offsetBytes, detail });
  }
}
