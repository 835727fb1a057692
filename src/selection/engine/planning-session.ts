import type { Database, Policy } from "../../core/index.ts";
import { KeptColumns } from "./kept-columns.ts";
import type { PlanningCatalogue } from "./planning-catalogue.ts";
import { TrackMarks } from "./track-marks.ts";
import { setPolicyVariables, TrackViews } from "./track-views.ts";

/**
 * Steps are told apart by their value for a byte to a part of an octave, and then go by track id. The fewer tracks there
 * are, the finer: what a bucket blurs is then less than one step, and in the largest catalogues less than 0.3 % of the worth
 * of one bucket in thousands.
 */
export function bucketsPerOctave(tracks: number): number {
  return tracks <= 2_000_000 ? 8192 : 256;
}

/** 256 million tracks of a generated catalogue take 2.3 GB. */
const KEPT_BYTES = 2_400_000_000;

/** A catalogue with all that selection has to know of its tracks under one policy. */
export class PlanningSession {
  readonly catalogue: PlanningCatalogue;
  readonly policy: Policy;
  readonly bucketsPerOctave: number;
  /** Selects track_id and recording of the tracks that sound the same; null when that does not count. */
  readonly sounds: string | null;
  readonly marks: TrackMarks;
  readonly kept: KeptColumns;
  #hasHeld = false;

  private constructor(
    catalogue: PlanningCatalogue,
    policy: Policy,
    tracks: number,
    sounds: string | null,
    keptBytes: number,
  ) {
    this.catalogue = catalogue;
    this.policy = policy;
    this.bucketsPerOctave = bucketsPerOctave(tracks);
    this.sounds = sounds;
    this.marks = new TrackMarks(catalogue.ranges);
    this.kept = new KeptColumns(keptBytes);
  }

  get database(): Database {
    return this.catalogue.database;
  }

  /** `gates` selects track_id, disseminate and derive of the tracks that have a right. */
  static async open(
    catalogue: PlanningCatalogue,
    policy: Policy,
    options: {
      readonly gates: string;
      readonly tracks: number;
      readonly sounds?: string | null;
      readonly keptBytes?: number;
    },
  ): Promise<PlanningSession> {
    const session = new PlanningSession(
      catalogue,
      policy,
      options.tracks,
      options.sounds ?? null,
      options.keptBytes ?? KEPT_BYTES,
    );
    const { database } = catalogue;
    // Rows stay in the order of the tracks only while the tracks are the side that is read along.
    await database.run("set disabled_optimizers = 'join_order,build_side_probe_side'");
    await setPolicyVariables(database, policy);
    await database.run(`create view gate as ${options.gates}`);
    await database.runFile(new URL("./facts.sql", import.meta.url));
    session.#hasHeld = (await database.rows("select 1 from held limit 1")).length > 0;
    await session.#addCatalogueFacts();
    return session;
  }

  /** Whether any file is held: rows of the views then come in no order. */
  get hasHeld(): boolean {
    return this.#hasHeld;
  }

  /** The views of the tracks over a connection of their own; the caller closes it. */
  async openViews(): Promise<TrackViews> {
    return await TrackViews.open(await this.database.connect(), this.policy, this.#hasHeld);
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
