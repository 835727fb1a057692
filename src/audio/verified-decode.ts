import type { ReadContainer } from "./container-report.ts";
import { type DecodeFacts, decodeStream, type FrameSink } from "./engine/decode-stream.ts";
import { EngineError } from "./engine/engine-error.ts";
import { finishErrorLog, startErrorLog } from "./engine/error-log.ts";
import { UnsupportedStreamError } from "./engine/open-stream.ts";
import { judgeStream, limitSamples, type Verdict } from "./integrity.ts";

/** Two days: far more than any record, far less than what a few hostile bytes can stand for. */
const MAX_SECONDS = 172_800;

export interface VerifiedDecodeOptions<Measured extends { readonly flacMd5: string | null }> {
  /** An FFmpeg URL with the protocol spelled out. */
  readonly url: string;
  readonly container: Extract<ReadContainer, { ok: true }>;
  readonly sink: FrameSink;
  /** Called once behind the last frame. */
  readonly finish: () => Measured;
  readonly shouldStop: () => boolean;
}

export type VerifiedDecode<Measured> =
  | {
      readonly ok: true;
      readonly verdict: Extract<Verdict, { ok: true }>;
      readonly facts: DecodeFacts;
      readonly measured: Measured;
    }
  | Extract<Verdict, { ok: false }>;

/** Decodes a stream whose container is sound and judges what came out of it. */
export async function decodeVerified<Measured extends { readonly flacMd5: string | null }>(
  options: VerifiedDecodeOptions<Measured>,
): Promise<VerifiedDecode<Measured>> {
  const { container, sink, url, shouldStop } = options;
  const { claim, demuxer, decoders } = container;
  startErrorLog();
  try {
    const facts = await decodeStream(
      {
        url,
        demuxer,
        decoders,
        trim: claim.codedSamples === null ? "by-container" : "none",
        limitSamples: limitSamples(claim),
        stopAtLimit: claim.endIsKnown,
        maxSeconds: MAX_SECONDS,
        shouldStop,
      },
      sink,
    );
    const measured = options.finish();
    const verdict = judgeStream(claim, facts, await finishErrorLog(), measured.flacMd5);
    return verdict.ok ? { ok: true, verdict, facts, measured } : verdict;
  } catch (error) {
    await finishErrorLog();
    if (error instanceof UnsupportedStreamError) {
      return { ok: false, reason: "unsupported", detail: error.message };
    }
    if (error instanceof EngineError) return { ok: false, reason: "decoder-errors", detail: error.message };
    throw error;
  }
}
