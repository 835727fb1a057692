/**
 * `audio`: one file in, a verified stream out. Its *source* is read once (SHA-256, structure, payload hash, a *spool*
 * copy) and decoded once (sample count, FLAC's MD5, *loudness*, *features*, *fingerprint*, *access copy*). What is wrong
 * with a file is a *refusal* with a reason out of a closed set, what is merely odd a *note*. FFmpeg runs in the pool's child processes only.
 */
export { type AnalysedFile, type AnalyseFilesOptions, analyseFiles, checkFiles } from "./analyse-files.ts";
export { type AudioPool, type AudioPoolOptions, createAudioPool } from "./audio-pool.ts";
export type { TrackFeatures } from "./features/feature-extractor.ts";
export { hasSpeechModel, SPEECH_IS_ABSENT } from "./features/speech-model.ts";
export { fingerprintSimilarity } from "./fingerprint-similarity.ts";
export { type AudioGroup, type ListedAudio, listAudioFiles } from "./list-audio-files.ts";
export { type AlbumGain, albumGain, type ReplayGain, trackGain } from "./loudness/replay-gain.ts";
export {
  type AccessCopy,
  type AccessCopyOrder,
  AUDIO_FAILURES,
  type AudioContainer,
  type AudioFacts,
  type AudioFailure,
  type AudioJob,
  type AudioNote,
  type AudioOutcome,
  type AudioProof,
  type AudioRefusal,
  type AudioSuccess,
  type AudioWant,
  type CheckJob,
  type CheckOutcome,
  type FeatureExtra,
  type Fingerprint,
  type Loudness,
  type TagPairs,
} from "./types.ts";
