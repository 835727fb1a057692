import { basename } from "node:path";
import { openSource } from "../sources/source-file.ts";
import { withChapters } from "./access-copy-tags.ts";
import { codecName } from "./codec-name.ts";
import type { ReadContainer } from "./container-report.ts";
import { ContainerWalk } from "./container-walk.ts";
import { sharedSpeechModel } from "./features/speech-model.ts";
import { statedSamples } from "./integrity.ts";
import { MeasurePass, type Measures } from "./measure-pass.ts";
import { readChapters } from "./read-chapters.ts";
import { removeSpool, type SpoolPaths, spoolPaths } from "./spool-paths.ts";
import { spoolSource } from "./spool-source.ts";
import type {
  AccessCopyOrder,
  AudioFailure,
  AudioJob,
  AudioOutcome,
  AudioRefusal,
  AudioSuccess,
} from "./types.ts";
import { decodeVerified, type VerifiedDecode } from "./verified-decode.ts";

/** Where a job meets the world outside its spool folder. */
export interface AudioIo {
  readonly openSource: typeof openSource;
  /** Asked now and then: true ends the work. */
  readonly shouldStop: () => boolean;
}

/**
 * Reads one source file once and decodes it once: hashes, structure, integrity, loudness, fingerprint and, when it is
 * ordered, the access copy. A bad file is an outcome with a reason; only trouble of the spool folder is thrown.
 */
export async function processAudioFile(
  job: AudioJob,
  io: AudioIo = { openSource, shouldStop: () => false },
): Promise<AudioOutcome> {
  const paths = spoolPaths(job);
  let kept: readonly string[] = [];
  try {
    const outcome = await run(job, paths, io);
    if (outcome.ok) {
      kept = [outcome.original, outcome.accessCopy].flatMap((file) => file?.spoolPath ?? []);
    }
    return outcome;
  } finally {
    removeSpool(paths, kept);
  }
}

async function run(job: AudioJob, paths: SpoolPaths, io: AudioIo): Promise<AudioOutcome> {
  const walk = new ContainerWalk(basename(job.source.member ?? job.source.path));
  const spooled = await spoolSource(
    () => io.openSource(job.source, job.limits),
    paths.original,
    (chunk) => walk.push(chunk),
  );
  if (!spooled.ok) return { ...spooled, fileSha256: null, sizeBytes: null };
  const refuse = (refusal: { readonly reason: AudioFailure; readonly detail: string }): AudioRefusal => ({
    ok: false,
    reason: refusal.reason,
    detail: refusal.detail,
    fileSha256: spooled.fileSha256,
    sizeBytes: spooled.sizeBytes,
  });
  if (spooled.sizeBytes === 0) return refuse({ reason: "empty", detail: "no byte" });
  const container = walk.finish();
  if (!container.ok) return refuse(container);

  const { want } = job;
  const order = want.accessCopy && orderOfCopy(want.accessCopy, paths.original, container);
  const place = { path: paths.accessCopy, sourceSha256: spooled.fileSha256 };
  const pass = new MeasurePass({
    accessCopy: order && { order, place },
    truePeak: want.truePeak,
    features: want.features,
    beats: want.extras?.includes("beats") ?? false,
    speechModel: want.features && want.extras?.includes("speech") ? sharedSpeechModel() : null,
    leadSamples: container.claim.leadSamples,
    fingerprintPath: paths.fingerprint,
    flacBitsPerSample: container.claim.flacMd5 === null ? null : container.bitsPerSample,
  });
  try {
    const decoded = await decodeVerified({
      url: `file:${paths.original}`,
      container,
      sink: pass,
      finish: () => pass.finish(),
      shouldStop: io.shouldStop,
    });
    if (!decoded.ok) return refuse(decoded);
    return {
      ...factsOf(spooled, container, decoded),
      accessCopy: pass.finishCopy(decoded.verdict.samples, decoded.measured.loudness),
      original: want.keepOriginal ? { spoolPath: paths.original } : null,
    };
  } finally {
    pass.free();
  }
}

/** The catalogue knows the tags; chapters that are none come from the file itself, as the cover does. */
function orderOfCopy(
  order: AccessCopyOrder,
  originalPath: string,
  { claim, container }: Extract<ReadContainer, { ok: true }>,
): AccessCopyOrder {
  const endMs = claim.samples === null || claim.rateHz === 0 ? null : (claim.samples * 1000) / claim.rateHz;
  return { ...order, tags: withChapters(order.tags, readChapters(originalPath, container, endMs)) };
}

function factsOf(
  spooled: Extract<Awaited<ReturnType<typeof spoolSource>>, { ok: true }>,
  container: Extract<ReadContainer, { ok: true }>,
  { facts, measured, verdict }: Extract<VerifiedDecode<Measures>, { ok: true }>,
): Omit<AudioSuccess, "accessCopy" | "original"> {
  const { fileSha256, mtimeNs, sizeBytes } = spooled;
  const { sampleRateHz, channels } = facts.format;
  const seconds = verdict.samples / sampleRateHz;
  return {
    ok: true,
    fileSha256,
    sizeBytes,
    mtimeNs,
    payloadSha256: container.payloadSha256,
    payloadMethod: container.payloadMethod,
    container: container.container,
    codec: codecName(facts.decoder),
    sampleRateHz,
    channels,
    bitsPerSample: container.bitsPerSample,
    decodedSamples: verdict.samples,
    expectedSamples: statedSamples(container.claim, sampleRateHz),
    durationMs: Math.round(seconds * 1000),
    averageBitrateKbps: (sizeBytes * 8) / seconds / 1000,
    proof: verdict.proof,
    notes: verdict.notes,
    loudness: measured.loudness,
    fingerprint: measured.fingerprint,
    features: measured.features,
  };
}
