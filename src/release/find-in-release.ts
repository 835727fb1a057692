import { createHash } from "node:crypto";
import { join } from "node:path";
import { IntegrityError } from "../core/index.ts";
import { locateRelease } from "./locate-release.ts";
import { openRegularFile, readRegularFile } from "./read-regular-file.ts";
import {
  MAX_DOCUMENT_BYTES,
  openReleaseDocument,
  RELEASE_DOCUMENT,
  TRACK_TABLE,
} from "./release-document.ts";
import { MAX_MATCHES, parseTrackQuery, requireOne, type StoredTrack } from "./stored-track.ts";
import { streamFile } from "./stream-file.ts";
import { createTableReader } from "./table-reader.ts";
import { payloadPath } from "./tag-files.ts";
import { MAX_TRACK_TABLE_BYTES } from "./track-table.ts";

const HINT = "see what is wrong with it: deadwax release verify";

/**
 * Finds where a release stores a track, in a copy that came from anywhere: the signature has to hold, and the track table has to
 * be the one that was signed. Throws `IntegrityError` otherwise, `UsageError` when the track is not there or several are meant.
 */
export async function findInRelease(path: string, query: string, signal?: AbortSignal): Promise<StoredTrack> {
  const wanted = parseTrackQuery(query);
  const { folder, bagName } = await locateRelease(path);
  const bag = join(folder, bagName);
  const document = await readRegularFile(join(bag, RELEASE_DOCUMENT), MAX_DOCUMENT_BYTES);
  const opened = document.ok ? openReleaseDocument(document.bytes) : document;
  if (!opened.ok)
    throw new IntegrityError(`the release "${bagName}" does not hold: ${opened.reason}`, { hint: HINT });
  const { files } = opened.release;
  const table = files.find((file) => file.path === TRACK_TABLE);
  if (!table || table.sha256 !== (await digestOf(join(bag, TRACK_TABLE), table.sizeBytes, signal))) {
    throw new IntegrityError(`the track table of "${bagName}" is not the one that was signed`, {
      hint: HINT,
    });
  }
  const reader = createTableReader(signal);
  try {
    const found = await reader.find(join(bag, TRACK_TABLE), wanted, MAX_MATCHES);
    if (!found.ok)
      throw new IntegrityError(`the track table of "${bagName}": ${found.reason}`, { hint: HINT });
    const matches = found.value.map((row) => ({ row, path: payloadPath(row.shard) }));
    const one = requireOne(matches, query, `the release "${bagName}"`);
    // The path comes out of the table: it has to be one of those that were signed.
    if (!files.some((file) => file.path === one.path)) {
      throw new IntegrityError(
        `the track table of "${bagName}" names a shard that the release does not have`,
        { hint: HINT },
      );
    }
    return { row: one.row, path: join(bag, one.path) };
  } finally {
    await reader.close();
  }
}

/** Null for a file that is not there or has another size: that needs no reading. */
async function digestOf(
  path: string,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const opened = await openRegularFile(path);
  if (!opened.ok) return null;
  try {
    if (opened.sizeBytes !== sizeBytes) return null;
    const hash = createHash("sha256");
    await streamFile(opened.file, MAX_TRACK_TABLE_BYTES, (chunk) => void hash.update(chunk), signal);
    return hash.digest("hex");
  } finally {
    await opened.file.close();
  }
}
