import type { Database, Policy } from "../../core/index.ts";
import { knownTracksSql } from "./known-tracks.ts";
import type { PlanningCatalogue, TrackRange } from "./planning-catalogue.ts";

/** Added to the bucket of a step that stands on a floor: more than any other bucket. */
export const FLOOR_BUCKET: number = 1 << 29;
/** Below the bucket of any step. */
export const LOWEST_BUCKET: number = -(1 << 30);

/**
 * Steps are told apart by their value for a byte to a part of an octave, and then go by track id. The fewer tracks there
 * are, the finer: what a bucket blurs is then less than one step, and in the largest catalogues less than 0.3 % of the worth
 * of one bucket in thousands.
 */
export function bucketsPerOctave(tracks: number): number {
  return tracks <= 2_000_000 ? 8192 : 256;
}

const BLOCK_BYTES = 512;
/** The mean of what fills a header, JSON and audio up to blocks, and JSON without tags; see `facts.sql`. */
const COPY_MARGIN = 1.02;

/** A catalogue with all that selection has to know of its tracks under one policy. */
export class PlanningSession {
  readonly catalogue: PlanningCatalogue;
  readonly policy: Policy;
  readonly bucketsPerOctave: number;
  /** Selects track_id and recording of the tracks that sound the same; null when that does not count. */
  readonly sounds: string | null;
  #hasHeld = false;

  private constructor(catalogue: PlanningCatalogue, policy: Policy, tracks: number, sounds: string | null) {
    this.catalogue = catalogue;
    this.policy = policy;
    this.bucketsPerOctave = bucketsPerOctave(tracks);
    this.sounds = sounds;
  }

  get database(): Database {
    return this.catalogue.database;
  }

  /** `gates` selects track_id, disseminate and derive of the tracks that have a right. */
  static async open(
    catalogue: PlanningCatalogue,
    policy: Policy,
    options: { readonly gates: string; readonly tracks: number; readonly sounds?: string | null },
  ): Promise<PlanningSession> {
    const session = new PlanningSession(catalogue, policy, options.tracks, options.sounds ?? null);
    const { database } = catalogue;
    // Rows stay in the order of the tracks only while the tracks are the side that is read along.
    await database.run("set disabled_optimizers = 'join_order,build_side_probe_side'");
    await session.#setVariables();
    await database.run(`create view gate as ${options.gates}`);
    await database.runFile(new URL("./facts.sql", import.meta.url));
    await session.useRange(catalogue.ranges[0] ?? EMPTY_RANGE);
    await session.#addCatalogueFacts();
    await session.useMarks();
    await database.runFile(new URL("./candidates.sql", import.meta.url));
    await database.run(VALUED[policy.selection.rarityWeight > 0 ? "rare" : "plain"]);
    await database.runFile(new URL(`./${policy.selection.rule}.sql`, import.meta.url));
    await database.run("create table extra (track_id ubigint, steps utinyint)");
    await database.runFile(new URL("./decisions.sql", import.meta.url));
    return session;
  }

  /** Makes the views know of the rows of `mark`; to be called when it has others. */
  async useMarks(): Promise<void> {
    const kinds = await this.database.rows("select distinct kind from mark order by kind");
    this.#hasHeld = (await this.database.rows("select 1 from held limit 1")).length > 0;
    await this.database.run(
      knownTracksSql({ hasHeld: this.#hasHeld, kinds: kinds.map(({ kind }) => Number(kind)) }),
    );
  }

  /** Whether any file is held: rows of the views then come in no order. */
  get hasHeld(): boolean {
    return this.#hasHeld;
  }

  /** Makes the views speak of one stretch. */
  async useRange({ first, last, query }: TrackRange): Promise<void> {
    await this.set({ range_first: `${first}::ubigint`, range_last: `${last}::ubigint` });
    await this.database.run(`create or replace view track_range as ${query}`);
  }

  /** Makes them speak of all tracks. */
  async useAll(): Promise<void> {
    await this.useRange(EMPTY_RANGE);
    await this.database.run("create or replace view track_range as from segment_track");
  }

  /** Sets variables of the queries; values are SQL. */
  async set(variables: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    const lines = Object.entries(variables).map(([name, value]) => `set variable ${name} = ${value};`);
    await this.database.run(lines.join("\n"));
  }

  async #setVariables(): Promise<void> {
    const { selection, accessCopy } = this.policy;
    const { assumeHoldings } = selection;
    const copyKbps = accessCopy.bitrateKbps * COPY_MARGIN;
    await this.set({
      access_kbps: accessCopy.bitrateKbps,
      access_codec: `'${accessCopy.codec}'`,
      zero_listens: `${selection.zeroListens}::double`,
      unknown_listens: `${selection.unknownListens}::double`,
      unknown_is_original: selection.unknownPopularity === "original",
      original_above: `${selection.originalAbovePopularity}::double`,
      copy_worth: `${selection.accessCopyWorth}::double`,
      rarity_weight: `${selection.rarityWeight}::double`,
      priority_cut: `${selection.priorityCut}::double`,
      floor_artist: selection.tracksPerArtistFloor,
      floor_label: selection.tracksPerLabelFloor,
      floor_language: selection.tracksPerLanguageFloor,
      floor_bucket: FLOOR_BUCKET,
      buckets_per_octave: `${this.bucketsPerOctave}::double`,
      assumes: assumeHoldings !== null,
      assumed_copy: assumeHoldings !== null && assumeHoldings.bitrateKbps > copyKbps,
      assumed_duration_ms: `${assumeHoldings?.durationMs ?? 0}::uinteger`,
      assumed_original_blocks_per_ms: `${blocksPerMs(assumeHoldings?.bitrateKbps ?? 0)}::double`,
      assumed_copy_blocks_per_ms: `${blocksPerMs(copyKbps)}::double`,
      threshold_bucket: LOWEST_BUCKET,
      threshold_track: "0::ubigint",
      has_budget: false,
      range_no: 0,
    });
  }

  /** What artists and albums add, as lists by their numbers; null where the policy does not ask. */
  async #addCatalogueFacts(): Promise<void> {
    const { database } = this;
    const { rule, rarityWeight } = this.policy.selection;
    const tracks = rarityWeight > 0 ? ARTIST_TRACKS : "select null::bigint[]";
    const scores = rule === "published" ? ARTIST_SCORES : "select null::double[]";
    const albums = rule === "published" ? ALBUM_POPULARITY : "select null::float[]";
    await database.run(`create table artist_fact as select (${tracks}) as tracks, (${scores}) as score`);
    await database.run(`create table album_fact as select (${albums}) as popularity`);
  }
}

const EMPTY_RANGE: TrackRange = { first: 0n, last: (1n << 64n) - 1n, query: "from segment_track" };

const VALUED = {
  plain: "create view valued as select *, listens as value from candidate",
  // Of several artists the one with the fewest tracks counts; a track of no known artist gets no bonus.
  rare: `create view valued as
    select c.*, c.listens * coalesce(1 + getvariable('rarity_weight') / list_min(list_transform(c.artist_nos, number -> a.tracks[number])), 1) as value
    from candidate c, artist_fact a`,
};

const ARTIST_TRACKS = `
  with counted as (
    select number, count(*) as tracks from (select unnest(list_distinct(artist_nos)) as number from segment_track) group by number
  )
  select list(c.tracks order by n.number) from range(1, (select coalesce(max(number), 0) + 1 from counted)) n(number) left join counted c using (number)`;
const ARTIST_SCORES = `
  select list(floor(coalesce(a.popularity, 0)::double * 1000) + 0.999::double * log10(least(1e8::double, coalesce(a.followers, 0) + 1)) / 8 order by n.number)
  from range(1, (select coalesce(max(artist_no), 0) + 1 from segment_artist)::bigint) n(number) left join segment_artist a on a.artist_no = n.number`;
const ALBUM_POPULARITY = `
  select list(coalesce(a.popularity, 0)::float order by n.number)
  from range(1, (select coalesce(max(album_no), 0) + 1 from segment_album)::bigint) n(number) left join segment_album a on a.album_no = n.number`;

/** Blocks of 512 bytes for each millisecond at a bit rate, the fingerprint (42 bytes a second) included. */
function blocksPerMs(kbps: number): number {
  return (kbps / 8 + 0.042) / BLOCK_BYTES;
}
