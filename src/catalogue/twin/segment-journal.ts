import { appendFile, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileSha256 } from "../../core/file-sha256.ts";
import { parseJson, systemErrorCode } from "../../core/index.ts";
import { type SegmentDescription, segmentSchema } from "../store/snapshot-document.ts";

const NAME = "made.jsonl";
const MAX_LINE_BYTES = 1 << 16;

/** What a run has made so far, a line for each segment, so that the next one goes on after a kill. */
export interface SegmentJournal {
  /** Segments that are on disk as they were made. */
  readonly kept: ReadonlyMap<string, SegmentDescription>;
  add(segment: SegmentDescription): Promise<void>;
  /** Removes the journal: the snapshot holds nothing else than it describes. */
  remove(): Promise<void>;
}

/** Reads the journal of a folder; segments whose bytes are not those that were written are to be made again. */
export async function openSegmentJournal(folder: string): Promise<SegmentJournal> {
  const path = join(folder, NAME);
  const kept = new Map<string, SegmentDescription>();
  for (const line of await linesOf(path)) {
    const json = parseJson(Buffer.from(line), MAX_LINE_BYTES);
    const parsed = json.ok ? segmentSchema.safeParse(json.value) : null;
    if (parsed?.success && (await isWhole(folder, parsed.data))) kept.set(parsed.data.file, parsed.data);
  }
  return {
    kept,
    add: (segment) => appendFile(path, `${JSON.stringify(segment)}\n`),
    remove: () => rm(path, { force: true }),
  };
}

async function isWhole(folder: string, { file, sizeBytes, sha256 }: SegmentDescription): Promise<boolean> {
  const path = join(folder, file);
  try {
    return (await stat(path)).size === sizeBytes && (await fileSha256(path)) === sha256;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function linesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
