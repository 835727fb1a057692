import { throwIfAborted } from "../../core/errors.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import type { FactWriter } from "../facts/fact-writer.ts";
import { plainBytes } from "../facts/plain-bytes.ts";
import { readXml } from "../xml/read-xml.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import { artistRow, labelRow, masterRow } from "./entity-rows.ts";
import { releaseRows } from "./release-rows.ts";

/** Not looked at: pictures, films, prose, and whatever is said of persons and firms. */
const SKIPPED: ReadonlySet<string> = new Set([
  "images",
  "videos",
  "notes",
  "profile",
  "companies",
  "contactinfo",
  "urls",
  "realname",
  "namevariations",
  "aliases",
  "groups",
  "members",
  "sublabels",
  "parentLabel",
]);

/** Of each file in a dry run: enough for the ten rows, and for what is refused to show. */
const DRY_RUN_RECORDS = 1000;

const ROOTS: readonly string[] = ["releases", "masters", "artists", "labels"];

/**
 * Takes the XML dumps of Discogs in: `releases`, `masters`, `artists`, `labels`, as they come (gzip) or unpacked. All the
 * files given are one accession.
 */
export async function addDiscogsSource(options: AddRecordSourceOptions): Promise<RecordSourceSummary> {
  return await addRecordSource(options, {
    kind: "discogs",
    defaultLabel: "dump",
    // The monthly dumps are under CC0: https://data.discogs.com
    licence: "CC0-1.0",
    readsSample: true,
    read: readDumps,
  });
}

async function readDumps({ inputs, writer, progress, signal, isDryRun }: RecordIntake): Promise<void> {
  for (const input of inputs) {
    const place = inputs.length > 1 ? `${input.name}: ` : "";
    const refuseRoot = (name: string): string | null =>
      ROOTS.includes(name) ? null : `the root element <${name.slice(0, 40)}>: not a dump of Discogs`;
    const records = readXml(plainBytes(input.bytes(progress)), { skip: SKIPPED, refuseRoot });
    let count = 0;
    for await (const some of records) {
      for (const record of some) {
        const { line, offsetBytes } = record;
        const reason = record.kind === "record" ? addElement(writer, record.element) : record.reason;
        if (reason !== null)
          writer.reject({ line, offsetBytes, reason: `${place}${reason}`, sample: sampleOf(record) });
      }
      throwIfAborted(signal);
      await writer.drain();
      count += some.length;
      if (isDryRun && count >= DRY_RUN_RECORDS) break;
    }
  }
}

/** Says why the element was not taken, or null. */
function addElement(writer: FactWriter, element: XmlElement): string | null {
  switch (element.name) {
    case "release": {
      const rows = releaseRows(element);
      if (!rows.ok) return rows.reason;
      writer.add("releases", rows.release);
      for (const track of rows.tracks) writer.add("tracks", track);
      return null;
    }
    case "master":
      return added(masterRow(element), "master", (row) => writer.add("masters", row));
    case "artist":
      return added(artistRow(element), "artist", (row) => writer.add("artists", row));
    case "label":
      return added(labelRow(element), "label", (row) => writer.add("labels", row));
    default:
      return `an element <${element.name.slice(0, 40)}>, which the dumps do not have`;
  }
}

function added<Row>(row: Row | null, what: string, add: (row: Row) => void): string | null {
  if (row === null) return `${what} without an id`;
  add(row);
  return null;
}

function sampleOf(record: { readonly kind: string; readonly element?: XmlElement }): string | null {
  return record.element === undefined ? null : JSON.stringify(record.element).slice(0, 1000);
}
