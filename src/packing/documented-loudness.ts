import { z } from "zod";
import type { Loudness } from "../audio/index.ts";
import { trackGain } from "../audio/loudness/replay-gain.ts";
import { gatingBlocksSchema } from "../audio/outcome-schema.ts";
import { measure, rounded } from "./rounded.ts";

/** `loudness` in a track's document. Null by default: what documents from before it was kept do not have. */
export const trackLoudnessSchema = z.strictObject({
  integratedLufs: z.number().nullable(),
  rangeLu: z.number().nullable(),
  shortTermMaxLufs: z.number().nullable().default(null),
  samplePeakDbfs: z.number().nullable(),
  truePeakDbtp: z.number().nullable(),
  replayGain: z.strictObject({ gainDb: z.number(), peak: z.number() }).nullable().default(null),
  /** Those of all tracks of an album give its loudness, and so its gain. */
  gatingBlocks: gatingBlocksSchema.nullable().default(null),
  tool: z.string(),
});

/** The loudness as a document tells it: rounded to what it can mean. */
export function documentedLoudness(loudness: Loudness): z.infer<typeof trackLoudnessSchema> {
  const { gatingBlocks, tool } = loudness;
  const gain = trackGain(loudness);
  return {
    integratedLufs: measure(loudness.integratedLufs),
    rangeLu: measure(loudness.rangeLu),
    shortTermMaxLufs: measure(loudness.shortTermMaxLufs),
    samplePeakDbfs: measure(loudness.samplePeakDbfs),
    truePeakDbtp: measure(loudness.truePeakDbtp),
    // As fine as `audio analyse` tells it.
    replayGain: gain && { gainDb: rounded(gain.gainDb, 3), peak: rounded(gain.peak, 6) },
    gatingBlocks: gatingBlocks && { firstBin: gatingBlocks.firstBin, counts: [...gatingBlocks.counts] },
    tool,
  };
}
