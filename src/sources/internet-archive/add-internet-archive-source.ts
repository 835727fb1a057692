import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { programBeside } from "../../core/run-thread.ts";
import type { MemberHead } from "../documents/document-format.ts";
import { readDocuments } from "../documents/read-documents.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type FieldMapping,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";

/** To be raised when items become other rows: what an earlier version kept is then not used again. */
const ROWS_VERSION = 1;
/** All are open at the same time. */
const MAX_FILES = 500;

const MAPPING: readonly FieldMapping[] = [
  { from: "metadata.identifier", to: "releases.release_key, identifiers ia-item" },
  { from: "metadata.title, creator, date, publisher, genre", to: "releases" },
  { from: "files[] (original audio) name", to: "tracks.key, with the identifier" },
  { from: "files[].title, track, artist (else creator), length", to: "tracks" },
  { from: "metadata.licenseurl", to: "tracks.licence" },
];

/**
 * Takes items of the Internet Archive in: their metadata documents, one a line, or a file each, or a folder of such files. Throws
 * `UsageError` when a folder has too many files, or none.
 */
export async function addInternetArchiveSource(
  options: AddRecordSourceOptions,
): Promise<RecordSourceSummary> {
  const files = options.files.flatMap((path) => filesOf(path));
  return await addRecordSource(
    { ...options, files },
    {
      kind: "internet-archive",
      defaultLabel: "main",
      licence: null,
      mapping: MAPPING,
      readsSample: true,
      version: String(ROWS_VERSION),
      thread: programBeside("./batch-thread", import.meta.url),
      async read(intake) {
        await readDocuments(intake, (member) => ({ name: "item", spansLines: spansLines(member) }), {
          tables: ["tracks", "releases"],
        });
      },
    },
  );
}

/** True when the first line is the beginning of a document and not all of it. */
function spansLines({ head }: MemberHead): boolean {
  const text = head.toString("utf8");
  const end = text.indexOf("\n");
  if (end < 0) return false;
  try {
    JSON.parse(text.slice(0, end));
    return false;
  } catch {
    return /^\s*\{\s*("[^"]*"\s*:.*)?$/.test(text.slice(0, end)) && !/\}\s*$/.test(text.slice(0, end));
  }
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path)
    .filter((name) => /\.json(l)?(\.(gz|xz|zst|bz2))?$/.test(name))
    .sort();
  if (names.length > 0 && names.length <= MAX_FILES) return names.map((name) => join(path, name));
  throw new UsageError(`"${path}" has ${names.length} files of JSON; a folder may have 1 to ${MAX_FILES}`, {
    hint: "put the items into one file, one a line: find FOLDER -name '*.json' -exec jq -c . {} + > items.jsonl",
  });
}
