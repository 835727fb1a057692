import { createAudioPool } from "../audio/index.ts";
import { type VerifyReport, verifyRelease } from "../audit/index.ts";
import type { CommandContext } from "./context.ts";

export interface VerifyWishes {
  readonly path: string;
  readonly decode: boolean;
  readonly expectedDid?: string | undefined;
}

/** Checks a release with this machine's decoders. */
export async function verifyReleaseHere(
  context: CommandContext,
  wishes: VerifyWishes,
): Promise<VerifyReport> {
  const { reporter, signal, workers } = context;
  return await verifyRelease({
    ...wishes,
    reporter,
    signal,
    workers,
    createDecoder: () => createAudioPool({ workers, signal }),
  });
}
