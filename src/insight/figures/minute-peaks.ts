import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { type MinutePeak, type SecondCount, testMinutePeaks } from "../minute-peak-test.ts";
import { formatShare } from "../numbers.ts";
import { secondCounts } from "./durations.ts";

/** Seconds by type of release; from a join of tracks and albums, which no statistics have. */
export type SecondsByType = ReadonlyMap<string, readonly SecondCount[]>;

export function minutePeakFigure(aggregates: Aggregates, byType: SecondsByType | null): Figure {
  const base = {
    id: "minute-peaks",
    title: "Are there peaks at whole minutes?",
    aggregates: ["tracks-by-duration"],
    extraSql: SECONDS_BY_TYPE_SQL,
  } as const;
  const counts = secondCounts(aggregates);
  const peaks = testMinutePeaks(counts);
  if (peaks.length === 0) {
    return withoutData({ ...base, sentence: "There are too few tracks of known duration to tell." });
  }
  const types = [...(byType ?? [])].map(([type, list]) => ({ type, peaks: testMinutePeaks(list) }));
  const typeText =
    byType === null
      ? "Types of release are told apart from all rows only (--from rows)."
      : types.length === 0
        ? "The albums have no types to tell apart."
        : typesText(types, minutesOf(peaks));
  const drawn = counts.filter(({ seconds }) => seconds >= 30 && seconds < 420);
  const rows = [{ type: "all", peaks }, ...types].flatMap(({ type, peaks: own }) =>
    own.map((peak) => [
      type,
      `${peak.minute}:00 ± ${peak.windowSeconds} s`,
      peak.observed,
      Math.round(peak.expected),
      peak.observed / peak.expected - 1,
      peak.z,
      peak.pAdjusted,
      peak.isCluster ? "cluster" : "none",
    ]),
  );
  return {
    ...base,
    sentence: `${capital(verdict(peaks))}. ${typeText} The counts around each minute are compared with a smooth curve through the seconds 12 to 28 away from it; a cluster has at least 5% more than that, with p below 0.001 over all tests.`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: "Tracks by duration, second by second",
        x: { label: "minutes", format: "minutes" },
        y: { label: "tracks", format: "count" },
        bins: drawn.map(({ seconds, tracks }) => ({ from: seconds, to: seconds + 1, value: tracks })),
        isCount: false,
        marks: peaks
          .filter(({ isCluster, minute }) => isCluster && minute < 7)
          .map(({ minute, observed, expected }) => ({
            x: minute * 60,
            label: `+${formatShare(observed / expected - 1)}`,
          })),
      },
    ],
    table: {
      columns: [
        { name: "releases", format: "text" },
        { name: "window", format: "text" },
        { name: "tracks", format: "count" },
        { name: "expected", format: "count" },
        { name: "beyond", format: "percent" },
        { name: "z", format: "decimal" },
        { name: "p", format: "decimal" },
        { name: "verdict", format: "text" },
      ],
      rows,
    },
  };
}

/** What `SecondsByType` is made from. */
export const SECONDS_BY_TYPE_SQL = `select a.album_type, ((t.duration_ms::bigint + 500) // 1000)::integer as seconds, count(*) as tracks
from segment_track t join segment_album a using (album_no)
where a.album_type is not null and t.duration_ms < 1200000
group by all`;

function verdict(peaks: readonly MinutePeak[]): string {
  const clusters = peaks.filter(({ isCluster }) => isCluster);
  if (peaks.length === 0) return "too few tracks to tell";
  if (clusters.length === 0) return "no cluster at any whole minute";
  return `clusters at ${clusters
    .map(
      ({ minute, observed, expected }) =>
        `${minute}:00 (${formatShare(observed / expected - 1)} beyond the curve)`,
    )
    .join(", ")}`;
}

function minutesOf(peaks: readonly MinutePeak[]): string {
  return peaks
    .filter(({ isCluster }) => isCluster)
    .map(({ minute }) => `${minute}:00`)
    .join(", ");
}

/** Types that agree with the whole are only named. */
function typesText(
  types: readonly { readonly type: string; readonly peaks: readonly MinutePeak[] }[],
  minutesOfAll: string,
): string {
  const same = types.filter(({ peaks }) => peaks.length > 0 && minutesOf(peaks) === minutesOfAll);
  const other = types.filter((type) => !same.includes(type));
  const texts = [
    same.length > 0 ? `the same for ${same.map(({ type }) => type).join(", ")}` : null,
    ...other.map(({ type, peaks }) =>
      peaks.length === 0
        ? `${type}: too few tracks to tell`
        : `${type}: ${minutesOf(peaks) === "" ? "none" : `at ${minutesOf(peaks)}`}`,
    ),
  ];
  return `By type of release: ${texts.filter((text) => text !== null).join("; ")}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
