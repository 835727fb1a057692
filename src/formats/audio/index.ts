/**
 * Audio containers: what a file is (sniff), what it says of itself without a full read (facts), and the walk
 * that checks its structure and hashes its payload, that is, the audio without the tags.
 */
export { type Chapter, MAX_CHAPTERS, orderChapters } from "./chapters.ts";
export type { Container } from "./container.ts";
export { flacCueChapters, MAX_CUE_SHEET_BYTES } from "./flac-cue-sheet.ts";
export { type FlacStreamInfo, parseFlacStreamInfo } from "./flac-streaminfo.ts";
export { ID3V2_HEADER_BYTES, id3v2Bytes } from "./id3v2.ts";
export { id3v2Chapters } from "./id3v2-chapters.ts";
export { mp4BoxHeader } from "./mp4-box.ts";
export { mp4ChapterList, mp4ChapterTitle, mp4ChapterTrack } from "./mp4-chapters.ts";
export { MAX_MOVIE_BYTES, type Mp4AudioTrack } from "./mp4-movie.ts";
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
