import type { Database, Policy } from "../../core/index.ts";
import type { TrackRange } from "./planning-catalogue.ts";

/**
 * The tracks of one stretch with what is asked of them, as temporary views of one connection: `weighed` and, as numbers,
 * `asked`.
 */
export class TrackViews {
  readonly database: Database;
  /** Whether any file is held: rows of the views then come in no order. */
  readonly hasHeld: boolean;
  readonly isPublished: boolean;

  private constructor(database: Database, policy: Policy, hasHeld: boolean) {
    this.database = database;
    this.hasHeld = hasHeld;
    this.isPublished = policy.selection.rule === "published";
  }

  /** `database` is a connection to that of a session. */
  static async open(database: Database, policy: Policy, hasHeld: boolean): Promise<TrackViews> {
    const views = new TrackViews(database, policy, hasHeld);
    await setPolicyVariables(database, policy);
    await views.useRange(EMPTY_RANGE);
    await database.run(`create temp view known_track as select t.*, ${hasHeld ? HELD : NOT_HELD}`);
    await database.runFile(new URL("./candidates.sql", import.meta.url));
    if (views.isPublished) await database.runFile(new URL("./published.sql", import.meta.url));
    else await database.run(WEIGHED[policy.selection.rarityWeight > 0 ? "rare" : "plain"]);
    await database.runFile(new URL("./asked.sql", import.meta.url));
    return views;
  }

  /** Makes the views speak of one stretch. */
  async useRange({ first, last, query }: TrackRange): Promise<void> {
    await setVariables(this.database, { range_first: `${first}::ubigint`, range_last: `${last}::ubigint` });
    await this.database.run(`create or replace temp view track_range as ${query}`);
  }

  close(): void {
    this.database.close();
  }
}

/** What the queries are told of a policy; variables belong to a connection. */
export async function setPolicyVariables(
  database: Database,
  { selection, accessCopy }: Policy,
): Promise<void> {
  await setVariables(database, {
    access_kbps: accessCopy.bitrateKbps,
    access_codec: `'${accessCopy.codec}'`,
    zero_listens: `${selection.zeroListens}::double`,
    unknown_listens: `${selection.unknownListens}::double`,
    unknown_is_original: selection.unknownPopularity === "original",
    original_above: `${selection.originalAbovePopularity}::double`,
    rarity_weight: `${selection.rarityWeight}::double`,
    by_priority: selection.rule === "published",
    priority_cut: `${selection.priorityCut}::double`,
    floor_artist: selection.tracksPerArtistFloor,
    floor_label: selection.tracksPerLabelFloor,
    floor_language: selection.tracksPerLanguageFloor,
    assumes: selection.assumeHoldings !== null,
    assumed_duration_ms: `${selection.assumeHoldings?.durationMs ?? 0}::uinteger`,
  });
}

/** Values are SQL. */
async function setVariables(
  database: Database,
  variables: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => `set variable ${name} = ${value};`);
  await database.run(lines.join("\n"));
}

const EMPTY_RANGE: TrackRange = { first: 0n, last: (1n << 64n) - 1n, query: "from segment_track" };

/** Of the stretch that `useRange` set. */
export const IN_RANGE = "track_id between getvariable('range_first') and getvariable('range_last')";
/** The join is the dearest part of a plan: it stands in the view only where something is held. */
const HELD = `h.track_id is not null as is_held, h.original_blocks, h.copy_blocks, coalesce(h.original_open, false) as original_open,
  coalesce(h.copy_open, false) as copy_open from track_range t left join (from held where ${IN_RANGE}) h using (track_id)`;
const NOT_HELD = `false as is_held, null::double as original_blocks, null::double as copy_blocks, false as original_open,
  false as copy_open from track_range t`;

/** Value and priority under the rule `listens`. */
const WEIGHED = {
  plain: "create temp view weighed as select *, listens as value, 0::double as priority from candidate",
  // Of several artists the one with the fewest tracks counts; a track of no known artist gets no bonus.
  rare: `create temp view weighed as
    select c.*, c.listens * coalesce(1 + getvariable('rarity_weight') / list_min(list_transform(c.artist_nos, number -> a.tracks[number])), 1) as value,
      0::double as priority
    from candidate c, artist_fact a`,
};
