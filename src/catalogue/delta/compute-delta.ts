import { Database, sqlText, throwIfAborted } from "../../core/index.ts";
import { verifyRecords } from "../compute-full.ts";
import { countOf } from "../count-of.ts";
import { derivePlayValues } from "../derive-values.ts";
import { loadFacts } from "../load-facts.ts";
import { addRecordAccessions, addRecordViews, hasRecords } from "../records/record-facts.ts";
import { computeRecordRows, FULL_SCOPE, foldTexts } from "../records/record-rows.ts";
import { followRedirects, resolveEntities } from "../resolve/resolve.ts";
import { addSegmentViews } from "../store/open-snapshot.ts";
import { newestGeneration } from "../store/snapshot-document.ts";
import { addKnownTracks } from "./known-tracks.ts";
import { addMoreIsrcs, hasOneIsrcEach } from "./more-isrcs.ts";
import { type BuildPlan, isDelta } from "./plan-delta.ts";
import { type Delta, writeDelta } from "./write-delta.ts";

/** What a delta of 1 M tracks needs for its hash tables without going to disk. */
const MEMORY_LIMIT = "3GB";

export interface ComputeDeltaOptions {
  readonly plan: Extract<BuildPlan, { kind: "incremental" }>;
  readonly folder: string;
  readonly spillFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStep: (what: string) => void;
}

export const DELTA_STEPS = 11;

/** Changed tracks among steady ones are few when there are so many more of the latter. */
const FEW_AMONG = 8;

const KEYLESS_IN_BASE =
  "select count(*)::integer as count from (select 1 from base_track where isrc is null and artist_credit is not null limit 1)";

const NAMES_THAT_CHANGE = `select (
  (select count(*) from recredited_track) + (select count(*) from record_artists) + (select count(*) from record_releases)
)::integer as count`;

/**
 * Computes what the added accessions change and writes it as one more generation into `folder`; null when so much changes
 * that everything should be computed anew.
 */
export async function computeDelta(options: ComputeDeltaOptions): Promise<Delta | null> {
  const { plan, folder, spillFolder, signal } = options;
  const { base } = plan;
  const onStep = (what: string): void => {
    options.onStep(what);
    throwIfAborted(signal);
  };
  const database = await Database.open({ spillFolder, memoryLimit: MEMORY_LIMIT });
  try {
    await database.runFile(sqlFile("../store/macros.sql"));
    await database.runFile(sqlFile("../rows.sql"));
    await database.run(
      `insert into next_number by name select ${base.nextArtistNo} as artist_no, ${base.nextAlbumNo} as album_no`,
    );
    await addSegmentViews(database, base, "base_");
    await addRecords(database, plan, onStep);
    await database.runFile(sqlFile("3-carried.sql"));
    onStep("what is replaced");
    await addRedirects(database, plan);
    await database.runFile(sqlFile("../resolve/strong-schemes.sql"));
    await database.runFile(sqlFile("4-altered.sql"));
    onStep("what has to be resolved");
    const seeds = await countOf(database, "select count(*)::integer as count from seed");
    if (seeds > 0) await resolveSeeds(database, onStep);
    else await database.run("insert into row_conflict from base_conflict");
    const hasCarriedTracks = await addPopularity(database, plan);
    await database.runFile(sqlFile("steady-tracks.sql"));
    const replaced = await countOf(
      database,
      "select count(*)::integer as count from replaced_entity where entity = 'track'",
    );
    if (!isDelta(plan, replaced)) return null;
    onStep("popularity");
    await database.runFile(sqlFile("../physical.sql"));
    const generation = newestGeneration(base) + 1;
    return await writeDelta(database, { base, folder, generation, hasCarriedTracks, signal, onStep });
  } finally {
    database.close();
  }
}

async function resolveSeeds(database: Database, onStep: (what: string) => void): Promise<void> {
  await database.runFile(sqlFile("5-reach.sql"));
  onStep("what changes reach");
  await addTexts(database);
  onStep("texts");
  await resolveEntities(database, (db) => db.runFile(sqlFile("8-input.sql")));
  await database.runFile(sqlFile("9-outcome.sql"));
  onStep("resolution");
}

type Plan = ComputeDeltaOptions["plan"];

/** The rows of the added records. */
async function addRecords(
  database: Database,
  { base, all, added }: Plan,
  onStep: (what: string) => void,
): Promise<void> {
  const records = added.filter(({ accession }) => hasRecords(accession));
  // This thread verifies; the database reads footers meanwhile.
  const [verified, isrcs] = await Promise.allSettled([
    verifyRecords(records),
    hasOneIsrcEach(database, base),
  ]);
  if (verified.status === "rejected") throw verified.reason;
  if (isrcs.status === "rejected") throw isrcs.reason;
  const sources = new Set(records.map(({ accession }) => accession.source.name));
  const isAdded = new Set(added);
  const former = all.filter(
    (entry) => !isAdded.has(entry) && hasRecords(entry.accession) && sources.has(entry.accession.source.name),
  );
  await addRecordViews(database, former, "former_");
  await addRecordAccessions(database, records);
  await computeRecordRows(database, {
    accessions: records,
    all: all.filter(({ accession }) => hasRecords(accession)),
    scope: {
      addLive: (db) => addLive(db, base, isrcs.value),
      addFormer,
      addScope: (db) => db.runFile(sqlFile("2-scope.sql")),
    },
    onStep,
  });
}

/** Sets apart the tracks of which nothing has to be compared or resolved, and whose rows need no more than a join. */
async function addLive(database: Database, base: Plan["base"], hasOneEach: boolean): Promise<void> {
  await addKnownTracks(database, base);
  await addMoreIsrcs(database, hasOneEach);
  await database.runFile(sqlFile("0-steady.sql"));
  const changed = await countOf(database, "select count(*)::integer as count from changed_track");
  const steady = await countOf(database, "select count(*)::integer as count from steady");
  // Few records are read once for all that needs them; to keep many takes longer than to read them again.
  const kind = changed * FEW_AMONG < steady ? "table" : "view";
  await database.run(`create ${kind} live_record as from changed_record`);
}

/** Former records are read only when a name could be another for what they say. */
async function addFormer(database: Database): Promise<void> {
  await database.runFile(sqlFile("1-credits.sql"));
  const names = await countOf(database, NAMES_THAT_CHANGE);
  if (names > 0) await database.runFile(sqlFile("1-former.sql"));
  else await FULL_SCOPE.addFormer(database);
}

async function addRedirects(database: Database, { all }: Plan): Promise<void> {
  await addRecordViews(
    database,
    all.filter(({ accession }) => hasRecords(accession)),
    "every_",
  );
  await database.runFile(sqlFile("../resolve/redirects.sql"));
  await followRedirects(database, "row_redirect", "redirect_final");
  await followRedirects(database, "base_redirect", "base_redirect_final");
  await database.runFile(sqlFile("moved-values.sql"));
}

async function addTexts(database: Database): Promise<void> {
  await database.runFile(sqlFile("6-texts.sql"));
  const near = await countOf(database, "select count(*)::integer as count from near_keyless");
  // Text only takes in tracks without an identifier: where there are none, no text has to be compared.
  const hasTexts = near > 0 || (await countOf(database, KEYLESS_IN_BASE)) > 0;
  if (!hasTexts) await database.run("delete from text_track");
  await foldTexts(database, "delta_fold", sqlFile("distinct-delta-texts.sql"));
  if (!hasTexts) {
    await database.run("create table far_track as from text_track");
    return;
  }
  await database.runFile(sqlFile("7-far.sql"));
  if (near > 0 || (await countOf(database, "select count(*)::integer as count from far_track")) > 0) {
    await database.run(
      "insert into far_track select id, title, artist_credit, duration_ms from far_candidate where isrc is not null",
    );
  }
  await foldTexts(database, "far_fold", sqlFile("distinct-far-texts.sql"));
  await database.run("insert into delta_fold from far_fold");
}

/** Popularity of what changed, and of what it changes for; whether there are tracks of which only that changed. */
async function addPopularity(database: Database, { base, all }: Plan): Promise<boolean> {
  if (base.synthetic !== null) {
    await database.runFile(sqlFile("synthetic-popularity.sql"));
    return false;
  }
  const plays = all.filter(({ accession }) => accession.table("plays") !== null);
  await database.run("create table play_accession (id varchar)");
  if (plays.length > 0) {
    const ids = plays.map(({ accession }) => `(${sqlText(accession.id)})`);
    await database.run(`insert into play_accession values ${ids.join(", ")}`);
    await database.runFile(sqlFile("../plays-schema.sql"));
    for (const { accession, ord } of plays) await loadFacts(database, accession, ord, ["plays.parquet"]);
    await database.runFile(sqlFile("../live-plays.sql"));
    await derivePlayValues(database);
    await database.runFile(sqlFile("plays.sql"));
    await database.runFile(sqlFile("../6-plays.sql"));
  }
  await database.runFile(sqlFile("counted.sql"));
  await database.runFile(sqlFile("../popularity.sql"));
  await database.runFile(sqlFile("counted-steady.sql"));
  await database.runFile(sqlFile("repopular.sql"));
  const count = await countOf(database, "select count(*)::integer as count from repopular");
  if (count > 0) await database.runFile(sqlFile("carried-tracks.sql"));
  return count > 0;
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
