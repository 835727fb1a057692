import type { AudioContainer, AudioSuccess } from "../audio/types.ts";
import { FailedError } from "../core/index.ts";
import type { Tier } from "../selection/index.ts";
import { measure, rounded } from "./rounded.ts";
import type { TrackToAppend } from "./shard-writer.ts";
import { type StoredAudio, trackDocument, trackDocumentBytes } from "./track-document.ts";
import type { TrackFacts, TrackRights } from "./track-facts.ts";

/** Opus runs at 48 kHz, whatever it was made from (RFC 7845, section 5.1). */
const OPUS_RATE_HZ = 48_000;

/** What of the audio stage's work goes into the shard. */
export function storedAudio(audio: AudioSuccess, disposition: Tier): StoredAudio {
  if (disposition === "original") {
    if (!audio.original) throw new FailedError("the audio stage kept no original");
    return {
      spoolPath: audio.original.spoolPath,
      ext: originalExtension(audio.container, audio.codec),
      sizeBytes: audio.sizeBytes,
      sha256: audio.fileSha256,
      codec: audio.codec,
      sampleRateHz: audio.sampleRateHz,
      channels: audio.channels,
      bitrateKbps: audio.averageBitrateKbps,
      durationMs: audio.durationMs,
      decodedSamples: audio.decodedSamples,
      encoder: null,
      settings: null,
      receipt: null,
    };
  }
  const copy = audio.accessCopy;
  if (!copy) throw new FailedError("the audio stage made no access copy");
  const originalSamples = audio.expectedSamples ?? audio.decodedSamples;
  return {
    spoolPath: copy.spoolPath,
    ext: "opus",
    sizeBytes: copy.sizeBytes,
    sha256: copy.sha256,
    codec: "opus",
    sampleRateHz: OPUS_RATE_HZ,
    channels: copy.channels,
    bitrateKbps: copy.bitrateKbps,
    durationMs: copy.durationMs,
    decodedSamples: Math.max(1, Math.round((originalSamples * OPUS_RATE_HZ) / audio.sampleRateHz)),
    encoder: copy.encoder,
    settings: copy.settings,
    receipt: copy.receipt,
  };
}

/** The name that a file of this kind goes by. */
export function originalExtension(container: AudioContainer, codec: string): string {
  if (container === "ogg") return codec === "opus" ? "opus" : "ogg";
  return container === "mp4" ? "m4a" : container;
}

/** Everything that the shard writer has to know of a track whose audio is ready. */
export function trackToAppend(
  facts: TrackFacts,
  rights: TrackRights,
  disposition: Tier,
  audio: AudioSuccess,
): TrackToAppend {
  const stored = storedAudio(audio, disposition);
  const document = trackDocument(facts, rights, disposition, audio, stored);
  const isrcs = facts.identifiers.filter(({ entity, scheme }) => entity === "track" && scheme === "isrc");
  const row: TrackToAppend["row"] = {
    trackId: facts.trackId,
    sizeBytes: stored.sizeBytes,
    ext: stored.ext,
    sha256: stored.sha256,
    originalSha256: audio.fileSha256,
    originalSizeBytes: audio.sizeBytes,
    payloadSha256: audio.payloadSha256,
    payloadMethod: audio.payloadMethod,
    codec: stored.codec,
    bitrateKbps: rounded(stored.bitrateKbps, 3),
    sampleRateHz: stored.sampleRateHz,
    channels: stored.channels,
    durationMs: stored.durationMs,
    decodedSamples: stored.decodedSamples,
    disposition,
    title: facts.title,
    artist: facts.artistCredit,
    album: facts.album?.title ?? null,
    isrcs: isrcs.map(({ value }) => value),
    licence: rights.licence,
    integratedLufs: measure(audio.loudness.integratedLufs),
    samplePeakDbfs: measure(audio.loudness.samplePeakDbfs),
  };
  return {
    json: trackDocumentBytes(document),
    audioPath: stored.spoolPath,
    accession: facts.holding.accession,
    row,
  };
}
