import type { OggWalkReport } from "../ogg/report.ts";
import type { FlacStreamInfo } from "./flac-streaminfo.ts";
import type { Mp4AudioTrack } from "./mp4-movie.ts";
import type { MpegInfoTag } from "./mpeg-info-tag.ts";
import type { WaveFormat } from "./wave-format.ts";

export type PayloadProblemKind =
  /** no byte at all */
  | "empty"
  /** not the container it was said to be */
  | "wrong-container"
  /** the container is there, but no audio in it */
  | "no-audio"
  /** the file ends before something that it announces */
  | "truncated"
  /** bytes that belong to nothing, among the audio or before it */
  | "garbage"
  /** bytes that belong to nothing, behind the audio */
  | "tail"
  /** a header field that cannot be */
  | "bad-header"
  /** fewer or more frames than the file says it has */
  | "frame-count"
  /** a frame whose own check value does not match */
  | "bad-frame"
  /** sizes that contradict each other */
  | "bad-size"
  /** a size that was never filled in, or that a later edit left behind, where nothing of the audio hangs on it */
  | "stale-size"
  /** sample tables that contradict each other or the media data */
  | "bad-table"
  /** something larger than is looked into */
  | "too-large"
  /** protected against copying: not touched */
  | "encrypted"
  /** a problem of the Ogg walk, whose report has the details */
  | "ogg";

export interface PayloadProblem {
  readonly kind: PayloadProblemKind;
  readonly offsetBytes: number;
  readonly detail: string;
}

export interface PayloadReport {
  /** hex; null when there is no payload, or when part of it is known to be missing (Ogg, MP4, WAV) */
  readonly payloadSha256: string | null;
  /** which bytes were hashed, with a version number; see the hasher of each container */
  readonly method: string;
  readonly problems: readonly PayloadProblem[];
  readonly problemCount: number;
  readonly sizeBytes: number;
  readonly structure: PayloadStructure;
}

/** What the walk saw, by container. */
export type PayloadStructure =
  | { readonly container: "ogg"; readonly walk: OggWalkReport }
  | FlacStructure
  | Mp3Structure
  | Mp4Structure
  | WavStructure;

export interface FlacStructure {
  readonly container: "flac";
  readonly streamInfo: FlacStreamInfo | null;
  readonly metadataBlocks: number;
  readonly audioBytes: number;
}

export interface Mp3Structure {
  readonly container: "mp3";
  readonly layer: 1 | 2 | 3 | null;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  /** audio frames found whole; the one that holds the info tag is not counted */
  readonly frames: number;
  readonly samplesPerFrame: number | null;
  readonly infoTag: MpegInfoTag | null;
  /** what a decoder gives; with the encoder's delay and padding taken off when they are known */
  readonly expectedSamples: number | null;
  /** true when delay and padding are known */
  readonly expectedSamplesExact: boolean;
  /** LAME's CRC over the audio; a mismatch also follows from gain tools that edit frames */
  readonly musicCrc: "ok" | "mismatch" | "absent";
  /** where the audio begins that the CRC covers */
  readonly musicOffsetBytes: number;
  readonly audioBytes: number;
}

export interface Mp4Structure {
  readonly container: "mp4";
  readonly brand: string | null;
  readonly audio: Mp4AudioTrack | null;
  readonly fragmented: boolean;
  /** the movie box is the last one: nothing that was pushed out of the media data can lie behind it */
  readonly endsWithMovie: boolean;
  readonly audioBytes: number;
}

export interface WavStructure {
  readonly container: "wav";
  readonly format: WaveFormat | null;
  readonly totalSamples: number | null;
  readonly audioBytes: number;
}

/** Takes a file's bytes in order, in pieces of any size; never throws for what it reads. */
export interface PayloadHasher {
  push(chunk: Uint8Array): void;
  finish(): PayloadReport;
}
