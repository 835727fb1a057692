import { ByteFeed, type FeedParser, type FeedRequest, pass, peek } from "./byte-feed.ts";
import { asciiAt } from "./integers.ts";
import { mp4BoxHeader } from "./mp4-box.ts";
import {
  checkMp4SoundTrack,
  MAX_MOVIE_BYTES,
  type Mp4Movie,
  type Mp4SoundTables,
  parseMp4Movie,
} from "./mp4-movie.ts";
import { type ByteSpan, findStrayChunk } from "./mp4-sample-table.ts";
import type { PayloadHasher, PayloadProblem, PayloadProblemKind, PayloadReport } from "./payload-report.ts";
import { ProblemLog } from "./problem-log.ts";
import { RunHash } from "./run-hash.ts";

/** One would do; writers that begin anew after a pause leave a few. */
const MAX_MEDIA_BOXES = 100_000;

/** A box type is four printable characters; anything else at the top level is no box. */
const BOX_TYPE = /^[\x20-\x7e]{4}$/;

/**
 * Method `mp4-mdat-1`: SHA-256 of the contents of the top-level `mdat` boxes, in file order. Tags live in
 * `moov`, so that editing them, or moving `moov` to the front, does not change it. ISO/IEC 14496-12, 4.2.
 */
export class Mp4PayloadHasher implements PayloadHasher {
  readonly #feed: ByteFeed;
  readonly #hash: RunHash = new RunHash();
  readonly #problems: ProblemLog<PayloadProblem> = new ProblemLog();
  #brand: string | null = null;
  #movie: Mp4Movie | null = null;
  #tables: Mp4SoundTables | null = null;
  #movieOffset = 0;
  readonly #media: ByteSpan[] = [];
  #lastBox = "";
  #isCut: boolean = false;
  #boxes = 0;

  constructor() {
    this.#feed = new ByteFeed((feed) => this.#parse(feed));
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
    this.#hash.flush();
  }

  finish(): PayloadReport {
    this.#feed.finish();
    this.#checkMovie();
    const audio = this.#movie?.audio ?? null;
    const isOpen = audio !== null && audio.codec !== "encrypted";
    const isWhole = isOpen && !this.#isCut && this.#hash.hashedBytes > 0;
    return {
      payloadSha256: isWhole ? this.#hash.digest() : null,
      method: "mp4-mdat-1",
      problems: this.#problems.problems,
      problemCount: this.#problems.count,
      sizeBytes: this.#feed.sizeBytes,
      structure: {
        container: "mp4",
        brand: this.#brand,
        audio,
        fragmented: this.#movie?.fragmented ?? false,
        endsWithMovie: this.#lastBox === "moov",
        audioBytes: this.#hash.hashedBytes,
      },
    };
  }

  *#parse(feed: ByteFeed): FeedParser {
    for (;;) {
      const boxOffset = feed.offsetBytes;
      const start = yield* peek(16);
      if (start.length === 0) return;
      const header = mp4BoxHeader(start, 0);
      if (start.length < header.headerBytes) return this.#cut(boxOffset, "a box header");
      const contentBytes =
        header.sizeBytes === 0 ? Number.POSITIVE_INFINITY : header.sizeBytes - header.headerBytes;
      if (!BOX_TYPE.test(header.type) || contentBytes < 0) {
        const kind = this.#boxes === 0 ? "wrong-container" : "tail";
        return this.#problem(kind, boxOffset, "bytes that are no box");
      }
      this.#boxes++;
      this.#lastBox = header.type;
      yield* pass(header.headerBytes, null);
      yield* this.#content(header.type, contentBytes, boxOffset, header.headerBytes);
      const behind = boxOffset + header.headerBytes + contentBytes;
      if (header.sizeBytes !== 0 && feed.offsetBytes < behind)
        return this.#cut(boxOffset, `box ${header.type}`);
    }
  }

  *#content(
    type: string,
    contentBytes: number,
    boxOffset: number,
    headerBytes: number,
  ): Generator<FeedRequest, void, Uint8Array> {
    if (type === "ftyp") this.#brand = asciiAt(yield* peek(Math.min(4, contentBytes)), 0, 4);
    if (type === "mdat") {
      const start = boxOffset + headerBytes;
      if (this.#media.length >= MAX_MEDIA_BOXES)
        return this.#problem("too-large", boxOffset, "too many media boxes");
      this.#media.push({ start, end: start + contentBytes });
      yield* pass(contentBytes, (bytes) => this.#hash.update(bytes));
    } else if (type === "moov" && this.#movie === null) {
      const parts: Uint8Array[] = [];
      let heldBytes = 0;
      yield* pass(contentBytes, (bytes) => {
        const room = MAX_MOVIE_BYTES - heldBytes;
        if (room > 0) parts.push(Uint8Array.prototype.slice.call(bytes, 0, room));
        heldBytes += Math.min(room, bytes.length);
      });
      if (contentBytes > MAX_MOVIE_BYTES) this.#problem("too-large", boxOffset, "the movie box");
      const movie = Buffer.concat(parts);
      this.#movie = parseMp4Movie(movie);
      this.#movieOffset = boxOffset + headerBytes;
      if (contentBytes <= MAX_MOVIE_BYTES) this.#tables = checkMp4SoundTrack(movie);
    } else {
      yield* pass(contentBytes, null);
    }
  }

  #checkMovie(): void {
    const end = this.#feed.sizeBytes;
    const audio = this.#movie?.audio ?? null;
    if (end === 0) this.#problem("empty", 0, "no bytes");
    if (this.#boxes === 0) return;
    if (audio === null) this.#problem("no-audio", 0, "no sound track described");
    if (this.#media.length === 0) this.#problem("no-audio", 0, "no media data");
    if (audio?.codec === "encrypted") this.#problem("encrypted", 0, "the sound track is protected");
    const lastChunk = audio?.lastChunkOffsetBytes ?? 0;
    if (lastChunk >= end && !this.#isCut) {
      this.#isCut = true;
      this.#problem("truncated", end, `a chunk of samples is said to begin at ${lastChunk}`);
    }
    if (this.#problems.count === 0 && this.#tables !== null) this.#checkTables(this.#tables);
  }

  #checkTables({ problems, table }: Mp4SoundTables): void {
    for (const { at, detail } of problems) this.#problem("bad-table", this.#movieOffset + at, detail);
    const stray = table === null ? null : findStrayChunk(table.chunks, this.#media);
    if (stray !== null) this.#problem("bad-table", stray.offsetBytes, stray.detail);
  }

  #cut(offsetBytes: number, what: string): void {
    this.#isCut = true;
    this.#problem("truncated", offsetBytes, `the file ends inside ${what}`);
  }

  #problem(kind: PayloadProblemKind, offsetBytes: number, detail: string): void {
    this.#problems.add({ kind, offsetBytes, detail });
  }
}
