import type { Snapshot } from "../catalogue/index.ts";
import type { RightsReport } from "../rights/index.ts";
import type { Section } from "./figure.ts";
import { albumFigures } from "./figures/albums.ts";
import { artistFigure } from "./figures/artists.ts";
import { durationFigures } from "./figures/durations.ts";
import { featureFigures } from "./figures/features.ts";
import { genreFigures } from "./figures/genres.ts";
import { keepCurveFigure, type PlannedCurve, tailFigure } from "./figures/keeping.ts";
import { minutePeakFigure, type SecondsByType } from "./figures/minute-peaks.ts";
import { overviewFigure } from "./figures/overview.ts";
import { popularityFigures } from "./figures/popularity.ts";
import { conflictFigure, coverageFigure, rightsFigure } from "./figures/quality.ts";
import { explicitFigure, isrcFigure, keyFigure, marketFigure } from "./figures/track-facts.ts";
import type { Aggregates } from "./groups.ts";

export interface ReportInput {
  readonly snapshot: Snapshot;
  readonly aggregates: Aggregates;
  readonly secondsByType: SecondsByType | null;
  readonly planned: PlannedCurve | null;
  readonly rights: RightsReport | null;
}

/** All figures of a report, in its order. */
export function makeSections({ snapshot, aggregates, ...rest }: ReportInput): readonly Section[] {
  const rows = (table: "artist" | "track"): number => snapshot.tables[table].rows;
  return [
    { id: "the-whole", title: "The whole", figures: [overviewFigure(snapshot, aggregates)] },
    {
      id: "listening",
      title: "Listening",
      figures: [...popularityFigures(aggregates), artistFigure(aggregates)],
    },
    {
      id: "keeping",
      title: "Keeping",
      figures: [keepCurveFigure(aggregates, rest.planned), tailFigure(aggregates), rightsFigure(rest.rights)],
    },
    {
      id: "time",
      title: "Time",
      figures: [...durationFigures(aggregates), minutePeakFigure(aggregates, rest.secondsByType)],
    },
    { id: "albums", title: "Albums", figures: albumFigures(aggregates) },
    {
      id: "sound",
      title: "Sound",
      figures: [
        ...genreFigures(aggregates, rows("artist"), rows("track")),
        keyFigure(aggregates),
        ...featureFigures(aggregates),
        explicitFigure(aggregates),
      ],
    },
    {
      id: "identity",
      title: "Identity",
      figures: [
        isrcFigure(aggregates),
        marketFigure(aggregates),
        coverageFigure(snapshot, aggregates),
        conflictFigure(aggregates),
      ],
    },
  ];
}
