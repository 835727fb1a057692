import { ByteFeed, type FeedParser, type FeedRequest, pass, peek } from "./byte-feed.ts";
import { ID3V2_HEADER_BYTES, id3v2Bytes } from "./id3v2.ts";
import { hasAscii } from "./integers.ts";
import {
  isSameMpegStream,
  MAX_MPEG_FRAME_BYTES,
  MPEG_HEADER_BYTES,
  type MpegFrameHeader,
  parseMpegFrame,
} from "./mpeg-frame.ts";
import { mpegFrameCrcMatches } from "./mpeg-frame-crc.ts";
import { type MpegInfoTag, MusicCrc, parseMpegInfoTag } from "./mpeg-info-tag.ts";
import type { Mp3Structure, PayloadHasher, PayloadProblem, PayloadReport } from "./payload-report.ts";
import { ProblemLog } from "./problem-log.ts";
import { RunHash } from "./run-hash.ts";
import { APE_HEADER_BYTES, apeTagBytes, trailingTagBytes } from "./trailing-tags.ts";

type Step<T> = Generator<FeedRequest, T, Uint8Array>;

/**
 * How far ahead the walk looks where it finds no frame. It must hold the largest tag that is only known by
 * its end: Lyrics3 states its size in six digits; an APEv2 tag without a header may be larger, and what of
 * it lies further ahead is then hashed as garbage.
 */
const LOOK_AHEAD_BYTES = 1024 * 1024;

/**
 * Method `mp3-frames-1`: SHA-256 of everything but ID3v2 tags in front of a frame, ID3v1, APEv2 and Lyrics3
 * tags behind the last one, and a first frame that holds an info tag instead of audio (muxers write it anew
 * when they copy). Garbage between frames is hashed (and reported): it is no tag.
 *
 * The walk goes from frame to frame by the lengths in their headers; a frame counts when the next one (or a
 * tag, or the end) follows where it says that it ends.
 */
export class Mp3PayloadHasher implements PayloadHasher {
  readonly #feed: ByteFeed;
  readonly #hash: RunHash = new RunHash();
  readonly #problems: ProblemLog<PayloadProblem> = new ProblemLog();
  readonly #crc: MusicCrc = new MusicCrc();
  #crcBytesLeft = 0;
  #musicOffset = 0;
  #first: MpegFrameHeader | null = null;
  #infoTag: MpegInfoTag | null = null;
  #frames = 0;
  readonly #sink = (bytes: Uint8Array): void => {
    this.#hash.update(bytes);
    if (this.#crcBytesLeft > 0) {
      this.#crc.update(bytes.subarray(0, this.#crcBytesLeft));
      this.#crcBytesLeft -= Math.min(bytes.length, this.#crcBytesLeft);
    }
  };

  constructor() {
    this.#feed = new ByteFeed((feed) => this.#parse(feed));
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
    this.#hash.flush();
  }

  finish(): PayloadReport {
    this.#feed.finish();
    const structure = this.#structure();
    if (this.#feed.sizeBytes === 0) this.#problem("empty", 0, "no bytes");
    else if (structure.frames === 0) this.#problem("no-audio", 0, "no two frames that follow each other");
    const stated = this.#infoTag?.frames ?? null;
    // Some encoders count the frame that holds the tag.
    if (stated !== null && structure.frames !== stated && structure.frames + 1 !== stated) {
      this.#problem("frame-count", 0, `${structure.frames} frames where the info tag says ${stated}`);
    }
    return {
      payloadSha256: structure.frames > 0 ? this.#hash.digest() : null,
      method: "mp3-frames-1",
      problems: this.#problems.problems,
      problemCount: this.#problems.count,
      sizeBytes: this.#feed.sizeBytes,
      structure,
    };
  }

  *#parse(feed: ByteFeed): FeedParser {
    let inSync = false;
    for (;;) {
      const tagBytes = yield* this.#tagBytes();
      if (tagBytes > 0) {
        yield* pass(tagBytes, null);
        continue;
      }
      const header = parseMpegFrame(yield* peek(MPEG_HEADER_BYTES), 0);
      const isFrame = header !== null && this.#fits(header) && (inSync || (yield* this.#isFollowed(header)));
      if (isFrame) {
        inSync = yield* this.#frame(feed, header);
      } else {
        const goesOn = yield* this.#garbage(feed);
        if (!goesOn) return;
        inSync = true;
      }
    }
  }

  /** A tag that states its size where it begins. */
  *#tagBytes(): Step<number> {
    const head = yield* peek(ID3V2_HEADER_BYTES);
    if (hasAscii(head, 0, "ID3")) return id3v2Bytes(head);
    return hasAscii(head, 0, "APETAGEX") ? apeTagBytes(yield* peek(APE_HEADER_BYTES), 0) : 0;
  }

  *#frame(feed: ByteFeed, header: MpegFrameHeader): Step<boolean> {
    const frameOffset = feed.offsetBytes;
    let infoTag: MpegInfoTag | null = null;
    if (this.#first === null) {
      this.#first = header;
      infoTag = parseMpegInfoTag(yield* peek(header.frameBytes), header);
      this.#infoTag = infoTag;
      if (infoTag?.isIntact === false) {
        this.#problem("bad-frame", frameOffset, "the info tag does not match its CRC");
      }
    }
    if (header.hasCrc && infoTag === null) {
      const frame = yield* peek(header.frameBytes);
      if (frame.length === header.frameBytes && mpegFrameCrcMatches(frame, header) === false) {
        this.#problem("bad-frame", frameOffset, `frame ${this.#frames} does not match its CRC`);
      }
    }
    yield* pass(header.frameBytes, infoTag === null ? this.#sink : null);
    if (feed.offsetBytes < frameOffset + header.frameBytes) {
      this.#problem("truncated", frameOffset, "the file ends inside a frame");
      return false;
    }
    if (infoTag === null) this.#frames++;
    else this.#musicOffset = feed.offsetBytes;
    if (infoTag !== null) this.#crcBytesLeft = Math.max(0, (infoTag.musicBytes ?? 0) - header.frameBytes);
    return true;
  }

  /** Passes bytes that are no frame, up to the next one; false when there is none. */
  *#garbage(feed: ByteFeed): Step<boolean> {
    const startOffset = feed.offsetBytes;
    for (;;) {
      const ahead = yield* peek(LOOK_AHEAD_BYTES);
      const found = this.#find(ahead);
      if (found !== null) {
        yield* pass(found, this.#sink);
        this.#problem("garbage", startOffset, `${feed.offsetBytes - startOffset} bytes that are no frame`);
        return true;
      }
      if (ahead.length < LOOK_AHEAD_BYTES) {
        const rubbishBytes = ahead.length - trailingTagBytes(ahead);
        yield* pass(rubbishBytes, this.#sink);
        const total = feed.offsetBytes - startOffset;
        if (total > 0) this.#problem("tail", startOffset, `${total} bytes that are no frame and no tag`);
        yield* pass(Number.POSITIVE_INFINITY, null);
        return false;
      }
      yield* pass(LOOK_AHEAD_BYTES - MAX_MPEG_FRAME_BYTES - MPEG_HEADER_BYTES, this.#sink);
    }
  }

  /** The first place behind the start at which a tag stands, or two frames that belong together. */
  #find(ahead: Uint8Array): number | null {
    const view = Buffer.from(ahead.buffer, ahead.byteOffset, ahead.byteLength);
    for (let at = 1; at < view.length; at++) {
      if (view[at] === 0xff) {
        const header = parseMpegFrame(view, at);
        if (header === null || !this.#fits(header)) continue;
        const next = parseMpegFrame(view, at + header.frameBytes);
        if (next !== null && isSameMpegStream(header, next)) return at;
      } else if (view[at] === 0x41 && apeTagBytes(view, at) > 0) {
        return at;
      }
    }
    return null;
  }

  *#isFollowed(header: MpegFrameHeader): Step<boolean> {
    const ahead = yield* peek(header.frameBytes + APE_HEADER_BYTES);
    const next = parseMpegFrame(ahead, header.frameBytes);
    return next !== null && isSameMpegStream(header, next);
  }

  #fits(header: MpegFrameHeader): boolean {
    return this.#first === null || isSameMpegStream(this.#first, header);
  }

  #structure(): Mp3Structure {
    const first = this.#first;
    const tag = this.#infoTag;
    const samplesPerFrame = first?.samplesPerFrame ?? null;
    const trim = tag?.delaySamples == null ? null : tag.delaySamples + (tag.paddingSamples ?? 0);
    const samples = samplesPerFrame === null ? null : this.#frames * samplesPerFrame - (trim ?? 0);
    const crcIsComplete = tag !== null && tag.musicCrc !== null && this.#crcBytesLeft === 0;
    return {
      container: "mp3",
      layer: first?.layer ?? null,
      sampleRateHz: first?.sampleRateHz ?? null,
      channels: first?.channels ?? null,
      frames: this.#frames,
      samplesPerFrame,
      infoTag: tag,
      expectedSamples: samples === null ? null : Math.max(0, samples),
      expectedSamplesExact: trim !== null,
      musicCrc:
        tag === null || tag.musicCrc === null
          ? "absent"
          : crcIsComplete && this.#crc.value === tag.musicCrc
            ? "ok"
            : "mismatch",
      musicOffsetBytes: this.#musicOffset,
      audioBytes: this.#hash.hashedBytes,
    };
  }

  #problem(kind: PayloadProblem["kind"], offsetBytes: number, detail: string): void {
    this.#problems.add({ kind, offsetBytes, detail });
  }
}
