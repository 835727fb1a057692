import { TABLES } from "../../catalogue/index.ts";
import { Database, type Policy, silentReporter, sqlName, type TableRow } from "../../core/index.ts";
import {
  DISPOSITIONS,
  type Disposition,
  GATE_SIDES,
  type GateSide,
  REASON_NAMES,
  type Reason,
} from "../disposition.ts";
import { type Choice, chooseWithin, countSteps } from "../engine/decide-tracks.ts";
import { type DecidedColumns, Decider } from "../engine/decider.ts";
import type { PlanningCatalogue } from "../engine/planning-catalogue.ts";
import type { StepCurve } from "../engine/step-curve.ts";
import { blocksOf, eachStretch } from "../engine/track-columns.ts";
import { StepWeigher } from "../engine/weigh-steps.ts";

/** A track of a made-up catalogue. */
export interface TestTrack {
  readonly trackId: bigint;
  readonly plays: number | null;
  readonly popularity: number | null;
  /** Whether the original, and whether a copy, may be given out. */
  readonly disseminate: boolean;
  readonly derive: boolean;
  readonly artists: readonly number[];
  readonly album?: number;
  readonly language?: string;
  readonly isrcs: readonly number[];
  readonly tagBytes: number;
  readonly durationMs?: number | null;
  readonly audio: {
    readonly sizeBytes: number;
    readonly codec: string;
    readonly durationMs: number | null;
    readonly bitrateKbps: number | null;
    readonly sampleRateHz?: number;
    readonly bitsPerSample?: number;
    readonly durationExact?: boolean;
  } | null;
}

export interface TestCatalogue {
  readonly tracks: readonly TestTrack[];
  /** Pairs that the catalogue takes for one recording. */
  readonly same?: readonly (readonly [id: bigint, sameAs: bigint])[];
  readonly artists?: readonly {
    readonly no: number;
    readonly popularity: number;
    readonly followers: number;
  }[];
  readonly albums?: readonly { readonly no: number; readonly popularity?: number; readonly label?: number }[];
}

export interface TestDecision {
  readonly trackId: bigint;
  readonly disposition: Disposition;
  readonly reason: Reason;
  readonly gate: GateSide;
  readonly bytes: number;
}

export interface TestOutcome extends Choice {
  readonly decisions: readonly TestDecision[];
  readonly curve: StepCurve;
}

/** Decides over rows that are given, cut into stretches at the ids of `cuts`. */
export async function decideRows(
  catalogue: TestCatalogue,
  policy: Policy,
  budgetBytes: number | null,
  cuts: readonly bigint[] = [],
  shortcuts = false,
  keptBytes = 1_000_000,
): Promise<TestOutcome> {
  const database = await Database.open({ threads: 1 });
  try {
    await fillSegments(database, catalogue);
    const counted = await countSteps(planningCatalogue(database, cuts, shortcuts), policy, {
      reporter: silentReporter,
      gates: "select track_id, disseminate, derive from test_gate",
      tracks: catalogue.tracks.length,
      keptBytes,
    });
    const choice = await chooseWithin(counted, budgetBytes);
    const decisions: TestDecision[] = [];
    const { session } = counted;
    const weigher = new StepWeigher(session);
    const decider = new Decider(choice.threshold, budgetBytes !== null);
    for await (const { tracks } of eachStretch(session)) {
      for (const block of blocksOf(tracks)) {
        decisions.push(...decisionsOf(decider.decide(block, weigher.weigh(block))));
      }
    }
    return { ...choice, curve: counted.curve, decisions };
  } finally {
    database.close();
  }
}

function decisionsOf({
  trackIds,
  dispositions,
  reasons,
  gates,
  bytes,
}: DecidedColumns): readonly TestDecision[] {
  return [...trackIds].map((trackId, at) => ({
    trackId,
    disposition: DISPOSITIONS[dispositions[at] ?? -1] ?? nothing(),
    reason: REASON_NAMES[reasons[at] ?? -1] ?? nothing(),
    gate: GATE_SIDES[gates[at] ?? -1] ?? nothing(),
    bytes: Number(bytes[at]),
  }));
}

function nothing(): never {
  throw new TypeError("a number that stands for nothing");
}

function planningCatalogue(
  database: Database,
  cuts: readonly bigint[],
  shortcuts: boolean,
): PlanningCatalogue {
  const starts = [0n, ...[...new Set(cuts)].filter((cut) => cut > 0n).sort((a, b) => (a < b ? -1 : 1))];
  return {
    database,
    ranges: starts.map((first, at) => {
      const last = (starts[at + 1] ?? 1n << 64n) - 1n;
      return {
        first,
        last,
        query: `from segment_track where track_id between ${first}::ubigint and ${last}::ubigint`,
      };
    }),
    isrcQueries: ["select * from segment_isrc order by isrc, popularity desc nulls last, track_id"],
    isrcsAreSorted: shortcuts,
    hasSingleIsrcs: false,
  };
}

async function fillSegments(
  database: Database,
  { tracks, same = [], artists = [], albums = [] }: TestCatalogue,
): Promise<void> {
  for (const [table, { columns }] of Object.entries(TABLES)) {
    const definition = Object.entries(columns).map(([name, type]) => `${sqlName(name)} ${type}`);
    await database.run(`create table ${sqlName(`segment_${table}`)} (${definition.join(", ")})`);
  }
  await fill(
    database,
    "track",
    tracks.map((track) => ({
      track_id: track.trackId,
      plays: track.plays,
      popularity: track.popularity,
      duration_ms: track.durationMs ?? null,
      artist_nos: `[${track.artists.join(",")}]`,
      album_no: track.album ?? null,
      language: track.language ?? null,
    })),
  );
  await fill(
    database,
    "isrc",
    tracks.flatMap(({ trackId, popularity, isrcs }) =>
      [...new Set(isrcs)].map((isrc) => ({ isrc: BigInt(isrc), popularity, track_id: trackId })),
    ),
  );
  await fill(
    database,
    "tag",
    tracks.flatMap(({ trackId, tagBytes }) =>
      tagBytes < 7 ? [] : [{ track_id: trackId, key: "", value: "x".repeat(tagBytes - 7), ordinal: 0 }],
    ),
  );
  await fill(
    database,
    "holding",
    tracks.flatMap(({ trackId, audio }) =>
      audio === null
        ? []
        : [
            {
              track_id: trackId,
              size_bytes: audio.sizeBytes,
              codec: audio.codec,
              sample_rate_hz: audio.sampleRateHz ?? 44_100,
              channels: 2,
              bits_per_sample: audio.bitsPerSample ?? null,
              duration_ms: audio.durationMs,
              duration_exact: audio.durationExact ?? true,
              bitrate_kbps: audio.bitrateKbps,
            },
          ],
    ),
  );
  await fill(
    database,
    "resolution",
    same.map(([id, sameAs]) => ({ entity: "track", id, same_as: sameAs, evidence: "mbid" })),
  );
  await fill(
    database,
    "artist",
    artists.map(({ no, popularity, followers }) => ({ artist_no: no, popularity, followers })),
  );
  await fill(
    database,
    "album",
    albums.map(({ no, popularity, label }) => ({
      album_no: no,
      popularity: popularity ?? null,
      label_id: label ?? null,
    })),
  );
  await database.insert(
    "test_gate",
    { track_id: "UBIGINT", disseminate: "BOOLEAN", derive: "BOOLEAN" },
    tracks.map(({ trackId, disseminate, derive }) => ({ track_id: trackId, disseminate, derive })),
  );
}

async function fill(database: Database, table: string, rows: readonly TableRow[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const names = Object.keys(first);
  const schema = Object.fromEntries(names.map((name) => [name, "VARCHAR"] as const));
  const texts = rows.map((row) =>
    Object.fromEntries(names.map((name) => [name, row[name] === null ? null : String(row[name])])),
  );
  await database.insert(`text_${table}`, schema, texts);
  await database.run(`insert into segment_${table} by name select * from text_${table}`);
}
