import { ByteFeed, type FeedParser, type FeedRequest, pass, peek, take } from "./byte-feed.ts";
import { isFlacFrameSync } from "./flac-frame.ts";
import { FlacFrameWalk } from "./flac-frame-walk.ts";
import { type FlacStreamInfo, parseFlacStreamInfo, STREAMINFO_BYTES } from "./flac-streaminfo.ts";
import { ID3V2_HEADER_BYTES, id3v2Bytes } from "./id3v2.ts";
import { hasAscii, u8, u24be } from "./integers.ts";
import type { PayloadHasher, PayloadProblem, PayloadProblemKind, PayloadReport } from "./payload-report.ts";
import { ProblemLog } from "./problem-log.ts";
import { RunHash } from "./run-hash.ts";

const ID3V1_BYTES = 128;
const BLOCK_TYPE_STREAMINFO = 0;

/**
 * Method `flac-frames-1`: SHA-256 of all bytes behind the last metadata block, without an ID3v1 tag at the
 * end. Tags, pictures and padding, and an ID3v2 tag in front, do not change it. RFC 9639, 6 to 9.
 *
 * Each frame is checked by its own CRCs, so that damage has its place; the MD5 in STREAMINFO is for the decoder.
 */
export class FlacPayloadHasher implements PayloadHasher {
  readonly #feed: ByteFeed;
  readonly #hash: RunHash = new RunHash();
  readonly #problems: ProblemLog<PayloadProblem> = new ProblemLog();
  /** the last 128 bytes seen of the audio, which may be an ID3v1 tag */
  #held: Uint8Array = new Uint8Array(0);
  #streamInfo: FlacStreamInfo | null = null;
  #metadataBlocks = 0;
  #frames: FlacFrameWalk | null = null;

  constructor() {
    this.#feed = new ByteFeed((feed) => this.#parse(feed));
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
    this.#hash.flush();
  }

  finish(): PayloadReport {
    this.#feed.finish();
    if (this.#feed.sizeBytes === 0) this.#problem("empty", 0, "no bytes");
    const audioBytes = this.#hash.hashedBytes;
    return {
      payloadSha256: audioBytes > 0 ? this.#hash.digest() : null,
      method: "flac-frames-1",
      problems: this.#problems.problems,
      problemCount: this.#problems.count,
      sizeBytes: this.#feed.sizeBytes,
      structure: {
        container: "flac",
        streamInfo: this.#streamInfo,
        metadataBlocks: this.#metadataBlocks,
        audioBytes,
      },
    };
  }

  *#parse(feed: ByteFeed): FeedParser {
    for (;;) {
      const tagBytes = id3v2Bytes(yield* peek(ID3V2_HEADER_BYTES));
      if (tagBytes === 0) break;
      yield* pass(tagBytes, null);
    }
    const magic = yield* take(4);
    if (magic.length === 0) return;
    if (!hasAscii(magic, 0, "fLaC")) return this.#problem("wrong-container", 0, "no fLaC marker");
    const reachedAudio = yield* this.#metadata(feed);
    if (!reachedAudio) return;
    const audioOffset = feed.offsetBytes;
    const start = yield* peek(2);
    if (start.length < 2) return this.#problem("no-audio", audioOffset, "no frame behind the metadata");
    if (!isFlacFrameSync(start, 0)) {
      this.#problem("garbage", audioOffset, "no frame behind the metadata");
    } else {
      this.#frames = new FlacFrameWalk(audioOffset, (offsetBytes, detail) =>
        this.#problem("bad-frame", offsetBytes, detail),
      );
    }
    yield* pass(Number.POSITIVE_INFINITY, (bytes) => this.#audio(bytes));
    if (!hasAscii(this.#held, 0, "TAG") || this.#held.length < ID3V1_BYTES) this.#take(this.#held);
    this.#checkFrames(audioOffset);
  }

  #checkFrames(audioOffset: number): void {
    if (this.#frames === null) return;
    this.#frames.finish();
    const stated = this.#streamInfo?.totalSamples ?? null;
    if (this.#problems.count > 0 || stated === null || stated === this.#frames.samples) return;
    const detail = `the frames hold ${this.#frames.samples} samples where STREAMINFO says ${stated}`;
    this.#problem("frame-count", audioOffset, detail);
  }

  /** RFC 9639, 8.1. True when the last block was passed. */
  *#metadata(feed: ByteFeed): Generator<FeedRequest, boolean, Uint8Array> {
    for (;;) {
      const blockOffset = feed.offsetBytes;
      const header = yield* take(4);
      if (header.length < 4) return this.#cut(blockOffset);
      const type = u8(header, 0) & 0x7f;
      const isLast = (u8(header, 0) & 0x80) !== 0;
      const sizeBytes = u24be(header, 1);
      if (type === 127) {
        this.#problem("bad-header", blockOffset, "metadata block of the forbidden type 127");
        return false;
      }
      if (this.#metadataBlocks === 0) {
        this.#streamInfo =
          type === BLOCK_TYPE_STREAMINFO ? parseFlacStreamInfo(yield* peek(STREAMINFO_BYTES)) : null;
        if (this.#streamInfo === null || sizeBytes !== STREAMINFO_BYTES) {
          this.#problem("bad-header", blockOffset, "the first metadata block is no sound STREAMINFO");
        }
      }
      this.#metadataBlocks++;
      yield* pass(sizeBytes, null);
      if (feed.offsetBytes - blockOffset < 4 + sizeBytes) return this.#cut(blockOffset);
      if (isLast) return true;
    }
  }

  #cut(offsetBytes: number): false {
    this.#problem("truncated", offsetBytes, "the file ends inside its metadata");
    return false;
  }

  /** Takes all but the last 128 bytes, which wait until the end of the file is known. */
  #audio(bytes: Uint8Array): void {
    if (bytes.length >= ID3V1_BYTES) {
      this.#take(this.#held);
      this.#take(bytes.subarray(0, bytes.length - ID3V1_BYTES));
      this.#held = Uint8Array.prototype.slice.call(bytes, bytes.length - ID3V1_BYTES);
      return;
    }
    const joined = Buffer.concat([this.#held, bytes]);
    const hashable = Math.max(0, joined.length - ID3V1_BYTES);
    this.#take(joined.subarray(0, hashable));
    this.#held = joined.subarray(hashable);
  }

  #take(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#frames?.push(bytes);
  }

  #problem(kind: PayloadProblemKind, offsetBytes: number, detail: string): void {
    this.#problems.add({ kind, offsetBytes, detail });
  }
}
