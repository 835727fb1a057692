import type { IntakeLimits, SourceLocator } from "../sources/source-file.ts";
import type { TrackFeatures } from "./features/feature-extractor.ts";
import type { CopyReceipt } from "./quality/copy-receipt.ts";

export type { CopyReceipt };

/** Vorbis comment pairs in order; a key may occur more than once. */
export type TagPairs = readonly (readonly [key: string, value: string])[];

export interface AccessCopyOrder {
  /** Constrained VBR for mono and stereo; three and more channels get half of it per channel. */
  readonly bitrateKbps: number;
  /** 0–10. */
  readonly complexity: number;
  /** Decode parts of the copy at once and compare them with the source. */
  readonly receipt: boolean;
  /** The track's tags as the catalogue knows them; those that only fit the source file are left out. */
  readonly tags: TagPairs;
  /** Written behind the tags as they are, before what this stage says of the encoding itself. */
  readonly provenance: TagPairs;
}

/** `speech` costs more than the rest of the pass; `beats` grow with the length. */
export const FEATURE_EXTRAS = ["speech", "beats"] as const;
export type FeatureExtra = (typeof FEATURE_EXTRAS)[number];

export interface AudioWant {
  readonly accessCopy: AccessCopyOrder | null;
  /** Leave the spooled copy of the source file behind. */
  readonly keepOriginal: boolean;
  readonly truePeak: boolean;
  /** Tempo, key and what else is measured of the music itself. */
  readonly features: boolean;
  /** What is measured beside them when it is asked for; null in the features otherwise. */
  readonly extras?: readonly FeatureExtra[] | undefined;
}

/** One file to read, verify and measure, and perhaps to encode. */
export interface AudioJob {
  /** Names the spool files: 1–64 of `A-Z a-z 0-9 _ -`, unique among the jobs under way. */
  readonly jobId: string;
  readonly source: SourceLocator;
  readonly limits: IntakeLimits;
  /** An existing folder on a local disk, absolute. */
  readonly spoolDir: string;
  readonly want: AudioWant;
  /** What the source stage knew; only the time limit depends on it. */
  readonly expected: { readonly sizeBytes: number; readonly durationMs: number | null };
}

/** Why a file is not taken. */
export const AUDIO_FAILURES = [
  "empty",
  "not-audio",
  /** Audio, but of a codec, channel count or rate that is not decoded here. */
  "unsupported",
  /** The Ogg page walk found damage: CRC, sequence, granule, end of stream, stray bytes. */
  "ogg-damaged",
  /** The same for the structure of a FLAC, MP3, MP4 or WAV file. */
  "container-damaged",
  "truncated",
  "samples-missing",
  "samples-surplus",
  "decoder-errors",
  "flac-md5-mismatch",
  "mp3-crc-mismatch",
  /** Sample rate, channels or sample format change inside the stream. */
  "format-change",
  /** It decodes to more than two days. */
  "too-long",
  "too-large",
  "changed-while-read",
  "unreadable",
  "engine-crashed",
  "timed-out",
] as const;

export type AudioFailure = (typeof AUDIO_FAILURES)[number];

export type AudioContainer = "ogg" | "flac" | "mp3" | "mp4" | "wav";

/** How many gating blocks of 400 ms (EBU R 128) there are in each tenth of an LU, from bin `firstBin` above −70 LUFS. */
export interface GatingBlocks {
  readonly firstBin: number;
  readonly counts: readonly number[];
}

export interface Loudness {
  /** EBU R 128; null for silence and below the shortest window of 400 ms. */
  readonly integratedLufs: number | null;
  /** EBU Tech 3342; null for silence and below three seconds. */
  readonly rangeLu: number | null;
  /** The loudest three seconds; null for silence and below three seconds. */
  readonly shortTermMaxLufs: number | null;
  /** Null for digital silence. */
  readonly samplePeakDbfs: number | null;
  /** Null when not measured, and for digital silence. */
  readonly truePeakDbtp: number | null;
  /** Of the track; those of all tracks of an album give its loudness. Null when there is none. */
  readonly gatingBlocks: GatingBlocks | null;
  readonly tool: string;
}

export interface Fingerprint {
  /** Chromaprint's algorithm number. */
  readonly algorithm: 1;
  /** Raw 32-bit words, little-endian, base64. */
  readonly base64: string;
  readonly words: number;
  readonly tool: string;
}

export interface AccessCopy {
  readonly spoolPath: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly durationMs: number;
  /** Measured over the whole file. */
  readonly bitrateKbps: number;
  readonly channels: number;
  readonly encoder: string;
  readonly settings: string;
  /** Null when it was not ordered. */
  readonly receipt: CopyReceipt | null;
}

/** Remarks on a file that is taken all the same. */
export interface AudioNote {
  readonly kind: string;
  readonly detail: string;
}

export interface AudioFacts {
  readonly fileSha256: string;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
  /** Of the coded audio without its tags, by `payloadMethod`. */
  readonly payloadSha256: string | null;
  readonly payloadMethod: string;
  readonly container: AudioContainer;
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number | null;
  /** Per channel, of the track: a lead-in or a rest of the last block that the file marks as such is cut off. */
  readonly decodedSamples: number;
  /** Per channel, as the file states them; null when it does not. */
  readonly expectedSamples: number | null;
  readonly durationMs: number;
  readonly averageBitrateKbps: number;
  /** What proved the stream, besides its container: `ogg-granule`, `flac-md5`, `sample-count` or `decoder-only`. */
  readonly proof: AudioProof;
  readonly notes: readonly AudioNote[];
  readonly loudness: Loudness;
  /** Null below about three seconds. */
  readonly fingerprint: Fingerprint | null;
  /** Null when they were not wanted. */
  readonly features: TrackFeatures | null;
}

export type AudioProof = "ogg-granule" | "flac-md5" | "sample-count" | "decoder-only";

export interface AudioSuccess extends AudioFacts {
  readonly ok: true;
  readonly accessCopy: AccessCopy | null;
  readonly original: { readonly spoolPath: string } | null;
}

export interface AudioRefusal {
  readonly ok: false;
  readonly reason: AudioFailure;
  readonly detail: string;
  /** Of the whole file, when it could be read to its end. */
  readonly fileSha256: string | null;
  readonly sizeBytes: number | null;
}

export type AudioOutcome = AudioSuccess | AudioRefusal;

/** A stored stream to be decoded once more, inside a file or as a whole file. */
export interface CheckJob {
  readonly jobId: string;
  /** Absolute. */
  readonly path: string;
  /** The stream is the bytes [offsetBytes, offsetBytes + sizeBytes) of the file. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Says the kind of file: `ogg`, `opus`, `flac`, `mp3`, `m4a`, `wav`. */
  readonly ext: string;
  readonly expected: { readonly durationMs: number | null };
  /** Also hash the decoded samples (see `SampleDigest`). */
  readonly sampleDigest: boolean;
}

export type CheckOutcome =
  | {
      readonly ok: true;
      readonly sha256: string;
      readonly payloadSha256: string | null;
      readonly codec: string;
      readonly sampleRateHz: number;
      readonly channels: number;
      readonly proof: AudioProof;
      readonly notes: readonly AudioNote[];
      /** Null when it was not asked for. */
      readonly samplesSha256: string | null;
      readonly decodedSamples: number;
      readonly expectedSamples: number | null;
      readonly durationMs: number;
    }
  | { readonly ok: false; readonly reason: AudioFailure; readonly detail: string };
