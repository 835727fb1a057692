import type { AudioJob, TagPairs } from "../audio/types.ts";
import type { Policy } from "../core/index.ts";
import type { Tier } from "../selection/index.ts";
import type { TrackFacts } from "./track-facts.ts";

export interface AudioOrderOptions {
  readonly policy: Policy;
  readonly truePeak: boolean;
  readonly spoolFolder: string;
}

/** What packing asks of the audio stage for one track. `attempt` keeps the spool files of a second try apart. */
export function audioOrder(
  facts: TrackFacts,
  disposition: Tier,
  options: AudioOrderOptions,
  attempt = 1,
): AudioJob {
  const { policy, truePeak, spoolFolder } = options;
  const { locator, sizeBytes, durationMs } = facts.holding;
  return {
    jobId: `${facts.trackId}-${attempt}`,
    source: locator,
    limits: policy.intake,
    spoolDir: spoolFolder,
    want: {
      accessCopy:
        disposition === "access-copy"
          ? {
              bitrateKbps: policy.accessCopy.bitrateKbps,
              complexity: policy.accessCopy.complexity,
              receipt: policy.accessCopy.receipt,
              tags: facts.tags,
              provenance: provenanceTags(facts),
            }
          : null,
      keepOriginal: disposition === "original",
      truePeak,
      features: policy.measure.features,
      extras: policy.measure.speech ? ["speech"] : [],
    },
    expected: { sizeBytes, durationMs },
  };
}

/** Where an access copy comes from, for whoever meets it outside its archive; the audio stage adds how it was made. */
function provenanceTags(facts: TrackFacts): TagPairs {
  const { source, locator } = facts.holding;
  const path = locator.member === null ? locator.path : `${locator.path}/${locator.member}`;
  return [
    ["DEADWAX_TRACK_ID", facts.trackId],
    ["DEADWAX_SOURCE", `${source} ${path}`],
  ];
}
