/**
 * Ogg: pages (RFC 3533), the logical streams that they carry, and the walk that tells whether a file is whole.
 */
export { type OpusHead, parseOpusHead } from "./opus-head.ts";
export { type OggOpusStream, OggPageWriter } from "./page-writer.ts";
export { OGG_PAYLOAD_METHOD } from "./payload-digest.ts";
export type { OggProblem, OggProblemKind, OggStreamReport, OggWalkReport } from "./report.ts";
export type { OggCodec } from "./stream-header.ts";
export { OGG_HEAD_BYTES, OGG_TAIL_BYTES, type OggTailFacts, oggTailDuration } from "./tail-duration.ts";
export { OggWalker } from "./walker.ts";
