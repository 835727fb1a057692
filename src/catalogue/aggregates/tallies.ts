import { DurationTally } from "./duration-tally.ts";
import { FeatureTally } from "./feature-tally.ts";
import { keyTally, marketTally } from "./grid-tally.ts";
import type { TallyDefinition } from "./tally.ts";

export const TALLIES: readonly TallyDefinition[] = [
  {
    names: ["feature-pairs", "feature-moments"],
    columns: [
      "danceability",
      "energy",
      "loudness_db",
      "acousticness",
      "instrumentalness",
      "valence",
      "tempo_bpm",
      "speechiness",
      "liveness",
    ],
    create: () => new FeatureTally(),
  },
  { names: ["tracks-by-duration"], columns: ["duration_ms"], create: () => new DurationTally() },
  { names: ["tracks-by-key"], columns: ["key", "mode"], create: keyTally },
  { names: ["tracks-by-market"], columns: ["market_count", "popularity"], create: marketTally },
];
