import { Database, type SqlParameters } from "../../core/index.ts";
import { makeBlockTemplate, stratumPopularity } from "./block-template.ts";
import { releaseDates } from "./dates.ts";
import { genreRows } from "./genres.ts";
import { blockIsrcs, isrcOffset } from "./isrc-codes.ts";
import { makePhraseBook, type Shape } from "./phrases.ts";
import { survivalCounts } from "./popularity-curve.ts";
import { randomStream } from "./random.ts";
import { lengths, rhythms, SOUND_ROWS, timbres } from "./sounds.ts";
import { STEP_VARIANTS, steps } from "./steps.ts";
import { insertTable, numbered } from "./table-of.ts";
import { TWIN_GENERATOR, type TwinParameters, type TwinSize, twinSize } from "./twin-size.ts";
import { trackStep, trackStepKey } from "./twin-track-id.ts";

/** Phrases of a whole-size twin; a small one makes do with fewer. */
const MAX_PHRASES = 1 << 17;
const MIN_PHRASES = 1 << 12;
const KEYS = [
  "shift",
  "order",
  "sound",
  "title",
  "album",
  "date",
  "artist",
  "genre",
  "label",
  "gtin",
] as const;
const TWO_64 = 1n << 64n;
/** Barcodes have twelve digits before the check digit. */
const GTIN_BODIES = 1e12;
const GTINS_PER_RUN = 400;

/**
 * A database in which the queries of this folder give the rows of a twin, from the variable `first` to before `last`, each
 * range by itself. A statement runs on one thread: two connections (`joinTwinDatabase`) work on two ranges. The caller
 * closes it.
 */
export async function openTwinDatabase(
  parameters: TwinParameters,
  accession: string,
  memoryLimit = "1500MB",
): Promise<Database> {
  const size = twinSize(parameters);
  const database = await Database.open({ threads: 1, memoryLimit });
  await configure(database, parameters, accession);
  await database.runFile(new URL("./macros.sql", import.meta.url));
  await loadTemplate(database, parameters.seed, size);
  await loadSounds(database, parameters, size);
  await loadPhrases(database, parameters.seed, size);
  await database.runFile(new URL("./places.sql", import.meta.url));
  return database;
}

/** Another connection to a database of `openTwinDatabase`, for one more range at the same time. */
export async function joinTwinDatabase(
  database: Database,
  parameters: TwinParameters,
  accession: string,
): Promise<Database> {
  const joined = await database.connect();
  await configure(joined, parameters, accession);
  return joined;
}

async function configure(database: Database, parameters: TwinParameters, accession: string): Promise<void> {
  // Every query is one long chain of look-ups from the range on; the small tables stay on the side where they are written.
  await database.run("set disabled_optimizers = 'join_order,build_side_probe_side'");
  await setVariables(database, parameters, twinSize(parameters), accession);
}

async function setVariables(
  database: Database,
  { seed }: TwinParameters,
  size: TwinSize,
  accession: string,
): Promise<void> {
  const runStride = coprimeStride(size.blocks);
  const albumStride = coprimeStride(size.albums);
  const numbers: Record<string, number | bigint> = {
    blocks: size.blocks,
    albums: size.albums,
    artists: size.artists,
    labels: size.labels,
    block_stride: coprimeStride(size.blocks),
    run_stride: runStride,
    run_inverse: modularInverse(runStride, size.blocks),
    album_stride: albumStride,
    album_inverse: modularInverse(albumStride, size.albums),
    track_step: trackStep(size.tracks),
    label_step: TWO_64 / BigInt(size.labels),
    gtin_step: Math.floor(GTIN_BODIES / (Math.ceil(size.albums / GTINS_PER_RUN) + 1) / 1000) * 1000,
    sound_mask: soundRows(size) - 1,
    key_track: trackStepKey(seed),
    ...Object.fromEntries(KEYS.map((name) => [`key_${name}`, randomStream(seed, `key ${name}`).next()])),
  };
  for (const [name, value] of Object.entries(numbers))
    await database.run(`set variable ${name} = ${value}::bigint`);
  await database.run("set variable accession = $accession", { accession } satisfies SqlParameters);
  await database.run(`set variable survival = [${survivalCounts(size.tracks).join(", ")}]::bigint[]`);
}

async function loadTemplate(database: Database, seed: number, size: TwinSize): Promise<void> {
  const { places, albums, artistStrata } = makeBlockTemplate(seed, size);
  const survival = survivalCounts(size.tracks);
  const popularity = (stratum: number) => {
    const found = stratumPopularity(stratum, size, survival);
    return { popularity_first: found?.popularity ?? null, falls_at: found?.fallsAt ?? null };
  };
  const featureless = soundRows(size);
  await insertTable(database, "twin_place", places, (place, slot) => ({
    slot,
    recording: place.recording,
    isrc_offset: isrcOffset(place.recording),
    stratum: place.stratum,
    ...popularity(place.stratum),
    album_shift: place.albumShift,
    album: place.album,
    disc_no: place.disc,
    track_no: place.trackNo,
    artist_shift: place.artistShift,
    artist: place.artist,
    credits: place.credits,
    no_features: place.hasFeatures ? 0 : featureless,
  }));
  await insertTable(database, "twin_album_place", albums, ({ trackCount, stratum, artist }, album) => ({
    album,
    track_count: trackCount,
    stratum,
    ...popularity(stratum),
    artist,
  }));
  await insertTable(database, "twin_artist_place", artistStrata, (stratum, artist) => ({
    artist,
    stratum,
    ...popularity(stratum),
  }));
  await insertTable(database, "twin_block", blockIsrcs(size.blocks), (block_isrc, block) => ({
    block,
    block_isrc,
  }));
  await insertTable(
    database,
    "twin_step",
    steps(seed),
    ({ popularity: at, plays, marketCount, followers }, row) => ({
      step: at * STEP_VARIANTS + (row % STEP_VARIANTS),
      plays,
      market_count: marketCount,
      followers,
    }),
  );
  await insertTable(database, "twin_date", releaseDates(seed), ({ date, precision }, date_row) => ({
    date_row,
    release_date: date,
    date_precision: precision,
  }));
  await insertTable(database, "twin_genre", genreRows(seed), ({ row, position, genre }) => ({
    genre_row: row,
    position,
    genre,
  }));
}

async function loadSounds(
  database: Database,
  { seed, minutePeaks }: TwinParameters,
  size: TwinSize,
): Promise<void> {
  const rows = soundRows(size);
  // One row more, for the tracks without features.
  const none = {
    energy: null,
    loudness_db: null,
    acousticness: null,
    instrumentalness: null,
    speechiness: null,
    feature_tool: null,
  };
  await insertTable(database, "twin_timbre", numbered(timbres(seed, rows)), ([timbre_row, timbre]) => ({
    timbre_row,
    ...(timbre
      ? {
          energy: timbre.energy,
          loudness_db: timbre.loudnessDb,
          acousticness: timbre.acousticness,
          instrumentalness: timbre.instrumentalness,
          speechiness: timbre.speechiness,
          feature_tool: TWIN_GENERATOR,
        }
      : none),
  }));
  await insertTable(database, "twin_rhythm", numbered(rhythms(seed, rows)), ([rhythm_row, rhythm]) => ({
    rhythm_row,
    danceability: rhythm?.danceability ?? null,
    valence: rhythm?.valence ?? null,
    liveness: rhythm?.liveness ?? null,
    tempo_bpm: rhythm?.tempoBpm ?? null,
    time_signature: rhythm?.timeSignature ?? null,
    key: rhythm?.key ?? null,
    mode: rhythm?.mode ?? null,
  }));
  await insertTable(
    database,
    "twin_length",
    lengths(seed, rows, minutePeaks),
    ({ durationMs, isExplicit }, length_row) => ({
      length_row,
      duration_ms: durationMs,
      explicit: isExplicit,
    }),
  );
}

async function loadPhrases(database: Database, seed: number, { tracks }: TwinSize): Promise<void> {
  const book = makePhraseBook(seed, Math.min(MAX_PHRASES, Math.max(MIN_PHRASES, Math.round(tracks / 16))));
  await insertTable(database, "twin_phrase", book.phrases, (text, phrase) => ({ phrase, text }));
  const shapes: readonly Shape[] = [...book.titleShapes, ...book.nameShapes];
  await insertTable(
    database,
    "twin_shape",
    shapes,
    ({ headStart, headCount, tailStart, tailCount }, shape) => ({
      shape,
      head_first: headStart,
      head_count: headCount,
      tail_first: tailStart,
      tail_count: tailCount,
    }),
  );
}

/** A power of two; small twins do without the large tables. */
function soundRows({ tracks }: TwinSize): number {
  return Math.min(SOUND_ROWS, 2 ** Math.ceil(Math.log2(tracks)));
}

/** What times the number is 1, modulo the count. */
export function modularInverse(number: number, count: number): number {
  let [remainder, next, inverse, nextInverse] = [count, number % count, 0, 1];
  while (next > 0) {
    const quotient = Math.floor(remainder / next);
    [remainder, next] = [next, remainder - quotient * next];
    [inverse, nextInverse] = [nextInverse, inverse - quotient * nextInverse];
  }
  return ((inverse % count) + count) % count;
}

/** Near the golden section of the count, with no factor in common with it. */
export function coprimeStride(count: number): number {
  let stride = Math.max(1, Math.round(count * 0.618));
  while (gcd(stride, count) !== 1) stride += 1;
  return stride;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
