/**
 * Audio containers: what a file is (sniff), what it says of itself without a full read (facts), and the walk
 * that checks its structure and hashes its payload, that is, the audio without the tags.
 */
export type { Container } from "./container.ts";
export { type FlacStreamInfo, parseFlacStreamInfo } from "./flac-streaminfo.ts";
export type { Mp4AudioTrack } from "./mp4-movie.ts";
export type { MpegInfoTag } from "./mpeg-info-tag.ts";
export { createPayloadHasher } from "./payload-hasher.ts";
export type {
  FlacStructure,
  Mp3Structure,
  Mp4Structure,
  PayloadHasher,
  PayloadProblem,
  PayloadProblemKind,
  PayloadReport,
  PayloadStructure,
  WavStructure,
} from "./payload-report.ts";
export { type SniffedContainer, sniffContainer } from "./sniff.ts";
export {
  FACTS_HEAD_BYTES,
  FACTS_TAIL_BYTES,
  type TechnicalFacts,
  technicalFacts,
} from "./technical-facts.ts";
export type { WaveFormat } from "./wave-format.ts";
