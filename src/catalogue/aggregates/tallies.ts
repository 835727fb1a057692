import { FeatureTally } from "./feature-tally.ts";
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
];
