import fc from "fast-check";
import { expect, test } from "vitest";
import type { Archive } from "../../core/index.ts";
import { currentSnapshot } from "../store/snapshot-store.ts";
import { type TestFile, writeAudioAccession, writePlaysAccession } from "../testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "../testing/catalogued.ts";
import { type TestRecords, writeRecordAccession } from "../testing/records.ts";

const MBIDS = [1, 2, 3, 4].map((n) => `1111111${n}-2222-4333-8444-555555555555`);
const ISRCS = ["USAAA0100001", "USAAA0100002", "USAAA0100003", "bad code"];
/** A folder of music that is there from the start: it shares codes, texts and counts with the records. */
const MUSIC: readonly TestFile[] = [
  {
    path: "sun.ogg",
    durationMs: 200_900,
    tags: [
      ["TITLE", "Sun"],
      ["ARTIST", "Ann"],
      ["ALBUM", "Album"],
    ],
  },
  {
    path: "moon.ogg",
    durationMs: 240_000,
    tags: [
      ["TITLE", "Moon"],
      ["ARTIST", "Zoë"],
      ["ISRC", "USAAA0100001"],
    ],
  },
  {
    path: "moon2.ogg",
    tags: [
      ["TITLE", "Moon"],
      ["MUSICBRAINZ_TRACKID", MBIDS[0] ?? ""],
      ["LABEL", "abc"],
    ],
  },
];
const few = <T>(items: readonly T[], maxLength = 2) => fc.array(fc.constantFrom(...items), { maxLength });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2 });

const credit = fc.record({
  name: fc.constantFrom("Zoë", "zoe", "Ann", "ANN", "Bo"),
  role: fc.constantFrom("main" as const, "main" as const, "composer" as const),
  key: maybe(fc.constantFrom("k1", "k2")),
});
const identifier = (scheme: string) => fc.constantFrom(...MBIDS).map((value) => ({ scheme, value }));
const track = fc.record({
  key: fc.constantFrom("1", "2", "3", "4", "5", "6"),
  status: fc.constantFrom("track", "track", "track", "gone"),
  release_key: maybe(fc.constantFrom("r1", "r2")),
  title: fc.constantFrom("Sun", "SÚN", "Moon", "Moon rise"),
  credits: fc.array(credit, { maxLength: 2 }),
  duration_ms: maybe(fc.constantFrom(200_000, 201_500, 203_000, 240_000)),
  isrcs: few(ISRCS),
  identifiers: fc.array(identifier("mbid-recording"), { maxLength: 1 }),
  release_date: maybe(fc.constantFrom("2001", "2002-03")),
  genres: few(["pop", "folk"]),
  plays: maybe(fc.constantFrom(0, 5, 500)),
});
const release = fc.record({
  release_key: fc.constantFrom("r1", "r2", "r3"),
  title: maybe(fc.constantFrom("Album", "Other")),
  release_date: maybe(fc.constantFrom("2001", "2003")),
  labels: few(["Ábc", "abc", "Xyz"], 1),
  barcode: maybe(fc.constantFrom("5012345678900", "123")),
  identifiers: fc.array(identifier("mbid-release"), { maxLength: 1 }),
});
const artist = fc.record({
  artist_key: fc.constantFrom("k1", "k2", "k3"),
  name: maybe(fc.constantFrom("Zoë", "Ann", "Cy")),
  identifiers: fc.array(identifier("mbid-artist"), { maxLength: 1 }),
  genres: few(["pop", "folk"]),
});
const label = fc.record({
  label_key: fc.constantFrom("l1", "l2"),
  name: maybe(fc.constantFrom("ABC", "Xyz")),
  identifiers: fc.array(identifier("mbid-label"), { maxLength: 1 }),
});
const redirect = fc.tuple(
  fc.constantFrom("mbid-recording", "mbid-release"),
  fc.constantFrom(...MBIDS),
  fc.constantFrom(...MBIDS),
);
const records = fc.record({
  kind: fc.constant("records" as const),
  label: fc.constantFrom("a", "b"),
  tracks: fc.array(track, { minLength: 1, maxLength: 5 }),
  releases: fc.array(release, { maxLength: 2 }),
  artists: fc.array(artist, { maxLength: 2 }),
  labels: fc.array(label, { maxLength: 1 }),
  redirects: fc.array(redirect, { maxLength: 1 }),
});
const play = fc.oneof(
  fc.record({ kind: fc.constant("path" as const), value: fc.constantFrom("sun.ogg", "moon.ogg") }),
  fc.record({ kind: fc.constant("isrc" as const), value: fc.constantFrom(...ISRCS) }),
  fc.record({ kind: fc.constant("mbid-recording" as const), value: fc.constantFrom(...MBIDS) }),
);
const plays = fc.record({
  kind: fc.constant("plays" as const),
  label: fc.constantFrom("p", "q"),
  rows: fc.array(
    fc.tuple(play, fc.constantFrom(0, 7, 9000), maybe(fc.constantFrom("2020-01-01", "2024-01-01"))),
    { minLength: 1, maxLength: 3 },
  ),
});
/** What a former step of records said, with other counts, dates and genres: the usual change. */
const again = fc.record({
  kind: fc.constant("again" as const),
  of: fc.nat({ max: 3 }),
  plays: maybe(fc.constantFrom(0, 5, 500)),
  release_date: maybe(fc.constantFrom("2001", "2002-03")),
  genres: few(["pop", "folk"]),
  credits: fc.option(fc.array(credit, { maxLength: 2 }), { freq: 4 }),
});
type Of<A> = A extends fc.Arbitrary<infer V> ? V : never;
type Step = Of<typeof records> | Of<typeof plays>;

const history = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: records },
      { weight: 1, arbitrary: plays },
      { weight: 3, arbitrary: again },
    ),
    { minLength: 2, maxLength: 5 },
  )
  .map((steps) => {
    const told: Step[] = [];
    for (const step of steps) {
      if (step.kind !== "again") told.push(step);
      else {
        const { of, plays: counted, release_date, genres, credits } = step;
        const former = told.filter(({ kind }) => kind === "records")[of];
        if (former?.kind !== "records") continue;
        const tracks = former.tracks.map((track) => ({
          ...track,
          plays: counted,
          release_date,
          genres,
          credits: credits ?? track.credits,
        }));
        told.push({ ...former, tracks, releases: [], artists: [], labels: [], redirects: [] });
      }
    }
    return told;
  })
  .filter((told) => told.length > 0);

async function write(archive: Archive, step: Step, day: number): Promise<void> {
  if (step.kind === "records") {
    const { label: name, kind: _, ...rows } = step;
    const given: TestRecords = { label: name, day, ...rows };
    await writeRecordAccession(archive, given);
    return;
  }
  const rows = step.rows.map(([match, count, until]) => ({
    ...match,
    plays: count,
    ...(until === null ? {} : { until }),
  }));
  await writePlaysAccession(archive, { label: step.label, day, rows });
}

/** All that a reader can see, without the dense numbers, which are given in order of appearance. */
const VIEWS: readonly string[] = [
  "select * exclude (album_no, artist_nos) from track",
  "select * exclude (album_no) from album",
  "select * exclude (artist_no) from artist",
  "select * exclude (artist_no) from track_artist",
  "select * exclude (artist_no) from artist_genre",
  ...[
    "identifier",
    "track_genre",
    "listen",
    "label",
    "replay_gain",
    "resolution",
    "conflict",
    "redirect",
  ].map((view) => `select * from ${view}`),
];

async function content(it: TestArchive): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  for (const view of VIEWS) seen[view] = await it.query(`${view} order by all`);
  const { tables, flagged } = await currentSnapshot(it.archive);
  seen.rows = Object.fromEntries(Object.entries(tables).map(([table, { rows }]) => [table, rows]));
  seen.flagged = flagged;
  return seen;
}

const RUNS = Number(process.env.DEADWAX_INCREMENTAL_RUNS ?? 2);

test("a chain of incremental builds says what a full build of the same accessions says", {
  timeout: 120_000 + RUNS * 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const it = await makeTestArchive();
      try {
        await writeAudioAccession(it.archive, { label: "m", day: 1, files: MUSIC });
        for (const [at, step] of steps.entries()) {
          await write(it.archive, step, at + 2);
          const { incremental } = await it.build({ maxShare: Number.POSITIVE_INFINITY });
          expect(incremental).toBe(at > 0);
        }
        const chain = await content(it);
        const { incremental } = await it.build({ full: true });
        expect(incremental).toBe(false);
        expect(chain).toEqual(await content(it));
      } finally {
        it.remove();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

/** Builds after each of two days, the second time onto the first; the same has to come out of a full build. */
async function chainOf(
  it: TestArchive,
  first: NonNullable<TestRecords["tracks"]>,
  second: NonNullable<TestRecords["tracks"]>,
): Promise<{ readonly replaced: unknown; readonly evidence: unknown }> {
  await writeRecordAccession(it.archive, { label: "a", day: 1, tracks: first });
  await it.build();
  await writeRecordAccession(it.archive, { label: "a", day: 2, tracks: second });
  expect(await it.build({ maxShare: Number.POSITIVE_INFINITY })).toMatchObject({ incremental: true });
  const replaced = await it.query("select distinct entity from segment_replaced order by entity");
  const chain = await content(it);
  await it.build({ full: true });
  expect(chain).toEqual(await content(it));
  return { replaced, evidence: await it.query("select evidence from resolution where entity = 'track'") };
}

async function inArchive(work: (it: TestArchive) => Promise<void>): Promise<void> {
  const it = await makeTestArchive();
  try {
    await work(it);
  } finally {
    it.remove();
  }
}

/** One of several artists called Ann. */
const ann = (key: string | null) => [{ name: "Ann", role: "main" as const, key }];
const sun = { status: "track", title: "Sun", credits: ann(null), duration_ms: 200_000 } as const;

test("a new track whose title folds to that of older tracks without identifiers takes them in, as a full build has it", () =>
  inArchive(async (it) => {
    const identifiers = [{ scheme: "mbid-recording", value: MBIDS[0] ?? "" }];
    const { evidence } = await chainOf(
      it,
      [{ ...sun, key: "1" }],
      [{ ...sun, key: "2", title: "S\u00daN", duration_ms: 201_500, identifiers }],
    );
    expect(evidence).toEqual([{ evidence: "text" }]);
  }));

test("new counts of a track leave it, and its artists, as they were found", () =>
  inArchive(async (it) => {
    const track = { ...sun, isrcs: ["USAAA0100001"] };
    const { replaced, evidence } = await chainOf(
      it,
      ["1", "2"].map((key) => ({ ...track, key, genres: ["pop"] })),
      [{ ...track, key: "1", genres: ["folk"], plays: 7 }],
    );
    expect(replaced).toEqual([{ entity: "track" }]);
    expect(evidence).toEqual([{ evidence: "isrc" }]);
  }));

test("an artist keeps the spelling of a track of which only counts are new", () =>
  inArchive(async (it) => {
    const named = (key: string, name: string) => ({
      ...sun,
      key,
      title: key,
      credits: [{ name, role: "main" as const, key: null }],
    });
    const tracks = [named("1", "Zo\u00eb"), named("2", "zo\u00eb")];
    await chainOf(
      it,
      tracks,
      tracks.map((track) => ({ ...track, plays: 7 })),
    );
  }));

test.each([
  ["title", { title: "Moon" }],
  ["length", { duration_ms: 240_000 }],
  ["artist of the same name", { credits: ann("c") }],
  ["credit as it is printed", { artist_credit: "Ann and others" }],
  ["ISRC", { isrcs: ["USAAA0100002"] }],
  ["album", { release_key: "r1" }],
])("a track of another %s is looked at anew", (_what, change) =>
  inArchive(async (it) => {
    const isrcs = "isrcs" in change ? ["USAAA0100001"] : [];
    const track = { ...sun, artist_credit: "Ann", isrcs };
    const one = { ...track, key: "1", credits: ann("a") };
    const two = { ...track, key: "2", credits: ann("b") };
    const three = { ...sun, key: "3", title: "Star", credits: ann("c") };
    await chainOf(it, [one, two, three], [{ ...one, ...change }]);
  }),
);

const bo = { name: "Bo", role: "main" as const, key: null };
const mbid = { scheme: "mbid-recording", value: MBIDS[0] ?? "" };
/** What a track has at first, and what another track has that is one with it for that. */
test.each([
  ["a second ISRC", { isrcs: ["USAAA0100001", "USAAA0100002"] }, { isrcs: ["USAAA0100002"] }],
  ["an identifier", { identifiers: [mbid] }, { identifiers: [mbid] }],
  ["a composer", { credits: [...ann("a"), bo, { ...bo, name: "Cy", role: "composer" as const }] }, {}],
  ["another album", { release_key: "r2" }, {}],
  ["its artists in another order", { credits: [bo, ...ann("a")] }, {}],
])("a track that had %s is looked at anew", (_what, had, other) =>
  inArchive(async (it) => {
    const credits = [...ann("a"), bo];
    const track = {
      ...sun,
      key: "1",
      artist_credit: "Ann",
      isrcs: ["USAAA0100001"],
      release_key: "r1",
      credits,
    };
    const another = { ...sun, key: "2", credits: ann("c"), ...other };
    await chainOf(it, [{ ...track, ...had }, another], [track]);
  }),
);
