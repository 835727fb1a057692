import { PUBLISHED_GENRES } from "./genres.ts";
import { TITLE_CHARACTERS, VARIANT_SHARE } from "./phrases.ts";
import { SURVIVAL_ANCHORS } from "./popularity-curve.ts";

/** A figure that a twin has to meet, and the SQL that measures it, over the `segment_…` views. */
export interface TwinTarget {
  readonly name: string;
  readonly source: string;
  /** At the published size; counts are scaled to the twin's tracks. */
  readonly target: number;
  readonly isCount: boolean;
  /** `about`: within this share of the target; `within`: of the figure itself; else a bound. */
  readonly tolerance:
    | { readonly kind: "about"; readonly share: number }
    | { readonly kind: "within"; readonly difference: number }
    | { readonly kind: "at least" }
    | { readonly kind: "at most" };
  readonly sql: string;
}

const PUBLISHED = "published statistics of the 256 M-track snapshot (2025-12)";
const PRESS = "press reports of the 256 M-track snapshot";
const DERIVED = "derived from published statistics";
const DISCOGS = "1,000 Discogs releases (CC0)";
const about = (share: number) => ({ kind: "about", share }) as const;
const within = (difference: number) => ({ kind: "within", difference }) as const;
const AT_LEAST = { kind: "at least" } as const;
const AT_MOST = { kind: "at most" } as const;

/** How often the seconds around a whole minute come, against those 5 to 15 seconds off. */
const peakAt = (seconds: number): string => `
  select count(*) filter (abs(duration_ms::bigint - ${seconds}000) <= 1000) / 2.0
    / (count(*) filter (abs(duration_ms::bigint - ${seconds}000) between 5001 and 15000) / 20.0) from segment_track`;
const rowsOf = (name: string, table: string, target: number, share = 0.001): TwinTarget => ({
  name,
  source: PUBLISHED,
  target,
  isCount: true,
  tolerance: about(share),
  sql: `select count(*) from segment_${table}`,
});
const titleLength = (percentile: number, characters: number): TwinTarget => ({
  name: `title length, percentile ${percentile}`,
  source: DISCOGS,
  target: characters,
  isCount: false,
  tolerance: within(Math.max(1.5, characters * 0.12)),
  sql: `select approx_quantile(length(title), ${percentile / 100}) from segment_track`,
});
const figure = (
  name: string,
  source: string,
  target: number,
  tolerance: TwinTarget["tolerance"],
  sql: string,
): TwinTarget => ({ name, source, target, isCount: false, tolerance, sql });

export const TWIN_TARGETS: readonly TwinTarget[] = [
  rowsOf("albums", "album", 58_590_982),
  rowsOf("artists", "artist", 15_430_442),
  rowsOf("artist genres", "artist_genre", 2_229_947, 0.03),
  {
    ...rowsOf("main credits", "track", 348_055_756),
    sql: "select sum(len(artist_nos)) from segment_track",
  },
  {
    ...rowsOf("distinct ISRCs", "isrc", 186_000_000, 0.005),
    sql: "select count(distinct isrc) from segment_isrc",
  },
  {
    ...rowsOf("tracks with features", "track", 255_594_909),
    sql: "select count(tempo_bpm) from segment_track",
  },
  ...SURVIVAL_ANCHORS.map(
    ([popularity, tracks]): TwinTarget => ({
      name: `tracks with popularity ≥ ${popularity}`,
      source: popularity === 10 || popularity === 1 ? DERIVED : PUBLISHED,
      target: tracks,
      isCount: true,
      tolerance: about(0.01),
      sql: `select count(*) from segment_track where popularity >= ${popularity}`,
    }),
  ),
  figure(
    "share of tracks under 1,000 plays",
    PUBLISHED,
    0.7,
    AT_LEAST,
    "select avg((plays < 1000)::int) from segment_track",
  ),
  figure(
    "share of plays at popularity 0",
    DERIVED,
    0.008,
    about(0.25),
    "select sum(plays) filter (popularity = 0) / sum(plays) from segment_track",
  ),
  figure(
    "share of plays at popularity 50 to 80",
    PUBLISHED,
    0.5,
    AT_LEAST,
    "select sum(plays) filter (popularity between 50 and 80) / sum(plays) from segment_track",
  ),
  figure(
    "share of explicit tracks",
    PRESS,
    0.135,
    about(0.02),
    "select avg(explicit::int) from segment_track",
  ),
  figure(
    "tracks an ISRC",
    DERIVED,
    1.377,
    about(0.005),
    "select count(*) / count(distinct isrc) from segment_isrc",
  ),
  figure(
    "most tracks of one ISRC",
    PUBLISHED,
    20,
    within(0),
    "select max(n) from (select count(*) n from segment_isrc group by isrc)",
  ),
  figure(
    "share with several tracks, ISRCs of popularity ≥ 30",
    PUBLISHED,
    0.5,
    AT_LEAST,
    "select avg((n > 1)::int) from (select count(*) n, max(popularity) p from segment_isrc group by isrc) where p >= 30",
  ),
  figure("tracks an album", DERIVED, 4.37, about(0.005), "select avg(track_count) from segment_album"),
  figure(
    "share of albums dated 2023",
    PRESS,
    10 / 58.59,
    AT_LEAST,
    "select avg((release_date like '2023%')::int) from segment_album",
  ),
  ...PUBLISHED_GENRES.map(
    ([genre, artists]): TwinTarget => ({
      name: `artists of genre ${genre}`,
      source: PRESS,
      target: artists,
      isCount: true,
      tolerance: about(0.03),
      sql: `select count(distinct artist_no) from segment_artist_genre where genre = '${genre}'`,
    }),
  ),
  figure(
    "keys before C and G major",
    PUBLISHED,
    0,
    within(0),
    `
    select count(*) from (select key, mode, row_number() over (order by count(*) desc) as place from segment_track
      where key is not null group by all) where place <= 2 and not (mode = 1 and key in (0, 7))`,
  ),
  figure("tempo, mean", PUBLISHED, 120, within(1), "select avg(tempo_bpm) from segment_track"),
  figure("tempo, skewness", PUBLISHED, 0, within(0.15), "select skewness(tempo_bpm) from segment_track"),
  figure(
    "correlation of loudness and energy",
    PUBLISHED,
    0.6,
    AT_LEAST,
    "select corr(loudness_db, energy) from segment_track",
  ),
  figure(
    "speechiness, median",
    PUBLISHED,
    0.1,
    AT_MOST,
    "select approx_quantile(speechiness, 0.5) from segment_track",
  ),
  figure(
    "instrumentalness, median",
    PUBLISHED,
    0.1,
    AT_MOST,
    "select approx_quantile(instrumentalness, 0.5) from segment_track",
  ),
  ...[120, 180, 240].map(
    (seconds): TwinTarget => ({
      name: `cluster of durations at ${seconds / 60}:00`,
      source: PUBLISHED,
      target: 1.3,
      isCount: false,
      tolerance: AT_LEAST,
      sql: peakAt(seconds),
    }),
  ),
  figure(
    "duration, mean seconds",
    DERIVED,
    205,
    within(25),
    "select avg(duration_ms) / 1000 from segment_track",
  ),
  ...TITLE_CHARACTERS.filter(([percentile]) => percentile > 0 && percentile < 100).map(
    ([percentile, characters]) => titleLength(percentile, characters),
  ),
  figure("title length, mean", DISCOGS, 17.67, within(1.5), "select avg(length(title)) from segment_track"),
  figure(
    "share of instrumental, karaoke and backing versions",
    PUBLISHED,
    VARIANT_SHARE,
    about(0.25),
    `
    select avg((title like '%- Instrumental' or title like '%(Instrumental)' or title like '%(Karaoke Version)' or title like '%(Backing Track)')::int)
    from segment_track`,
  ),
  figure(
    "market counts below popularity 10",
    PUBLISHED,
    0,
    within(0),
    "select count(market_count) from segment_track where popularity < 10",
  ),
];
