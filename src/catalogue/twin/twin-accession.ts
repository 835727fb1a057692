import { join } from "node:path";
import { type Archive, type Clock, Database, FailedError, sqlText, systemClock } from "../../core/index.ts";
import { type Accession, listAccessions } from "../../sources/accession/accession.ts";
import { draftAccession, writeAccessionTable } from "../../sources/accession/write-accession.ts";
import { parameterText } from "./plan-twin.ts";
import { TWIN_GENERATOR, type TwinParameters } from "./twin-size.ts";

/** A twin has no time of its own: with one that is fixed, the same parameters give the same bytes. */
const STARTED = new Date("2025-07-31T00:00:00Z");

/** The twin's accession, if the archive has it; throws `FailedError` when the archive has anything else. */
export async function findTwinAccession(
  archive: Archive,
  parameters: TwinParameters,
): Promise<Accession | null> {
  const accessions = await listAccessions(archive);
  const mine = accessions.find(({ note }) => note === parameterText(parameters)) ?? null;
  const other = accessions.find((accession) => accession !== mine);
  if (other) {
    throw new FailedError(
      `the archive at "${archive.layout.root}" has another source: ${other.source.name}`,
      {
        hint: "a twin stands alone: name a new folder with --into",
      },
    );
  }
  return mine;
}

/** Records what the twin is made from: its parameters and the generator's version. */
export async function addTwinAccession(
  archive: Archive,
  parameters: TwinParameters,
  clock: Clock = systemClock,
): Promise<{ readonly id: string }> {
  const { tracks, seed, minutePeaks } = parameters;
  const draft = await draftAccession(archive, clock, undefined);
  const database = await Database.open({ threads: 1 });
  try {
    await writeAccessionTable(
      database,
      "parameters",
      `select * from (values ('generator', ${sqlText(TWIN_GENERATOR)}), ('tracks', '${tracks}'), ('seed', '${seed}'),
        ('minute_peaks', '${minutePeaks}')) parameters(name, value)`,
      join(draft.folder, "parameters.parquet"),
    );
    const label = `${tracks}-${seed}${minutePeaks ? "" : "-flat"}`;
    return await draft.publish(
      {
        source: { kind: "twin", name: `twin:${label}`, label, root: TWIN_GENERATOR },
        note: parameterText(parameters),
        licence: "CC0-1.0",
        previous: null,
        input: null,
        counts: {
          seen: tracks,
          added: tracks,
          changed: 0,
          unchanged: 0,
          gone: 0,
          audio: 0,
          rejected: 0,
          documents: 0,
        },
        started: STARTED,
      },
      { parameters: 4 },
    );
  } finally {
    database.close();
    await draft.discard();
  }
}
