import { createHash } from "node:crypto";
import { canonicalJson, DEADWAX_VERSION, type Policy } from "../core/index.ts";

export interface RecipeInput {
  readonly policy: Policy;
  readonly truePeak: boolean;
  /** What measures the share of speech; null when it is not measured. */
  readonly speech: string | null;
  /** State of the rights: a track's JSON tells of them. */
  readonly rights: string;
  /** Versions of the programs that decode, measure and encode. */
  readonly tools: Readonly<Record<string, string>>;
}

/** SHA-256 of everything beside the tracks that shapes the bytes of a shard. */
export function packRecipe({ policy, truePeak, speech, rights, tools }: RecipeInput): string {
  const { accessCopy, packing, intake } = policy;
  return createHash("sha256")
    .update(
      canonicalJson({
        format: "deadwax-shard/1",
        program: DEADWAX_VERSION,
        accessCopy,
        packing,
        intake,
        truePeak,
        features: policy.measure.features,
        // Left out where it is not measured, so that what was begun before there was a choice goes on.
        ...(speech === null ? {} : { speech }),
        rights,
        tools: { ...tools },
      }),
    )
    .digest("hex");
}
