import { createHash } from "node:crypto";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Writable } from "node:stream";
import {
  type Archive,
  explainSystemError,
  FailedError,
  IntegrityError,
  syncFolder,
  systemErrorCode,
  temporaryPathFor,
  throwIfAborted,
  UsageError,
} from "../core/index.ts";
import { findInArchive } from "./find-in-archive.ts";
import { findInRelease } from "./find-in-release.ts";
import { openRegularFile } from "./read-regular-file.ts";
import type { StoredTrack } from "./stored-track.ts";

export interface ExtractOptions {
  /** An archive, or the path of a release. */
  readonly from: { readonly archive: Archive } | { readonly release: string };
  /** A track id of 13 characters, or an ISRC. */
  readonly query: string;
  /** File to write, or `-` for `stdout`. */
  readonly output: string;
  /** Write over a file that is there. */
  readonly force?: boolean | undefined;
  /** Where `-` goes. */
  readonly stdout?: Writable | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ExtractSummary {
  readonly trackId: string;
  readonly title: string | null;
  readonly artist: string | null;
  readonly album: string | null;
  /** Whether these are the bytes as they were received, or an access copy made of them. */
  readonly disposition: "original" | "access-copy";
  readonly codec: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of the original: the same for an original. */
  readonly originalSha256: string;
  readonly licence: string | null;
  /** The tar that it came out of. */
  readonly from: string;
  /** Absolute path, or `-`. */
  readonly output: string;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes the stored bytes of one track to a file and proves them on the way by the SHA-256 of the index. The file gets its name
 * only when it is whole and right.
 *
 * Throws `UsageError` when the track is not there, several are meant, or the file exists; `IntegrityError` when the bytes are
 * not what was stored. To `-` the bytes have gone out by then.
 */
export async function extractTrack(options: ExtractOptions): Promise<ExtractSummary> {
  const { from, query, signal } = options;
  const output = options.output === "-" ? "-" : resolve(options.output);
  if (output !== "-") await requireFree(output, options.force ?? false);
  const found =
    "archive" in from
      ? await findInArchive(from.archive, query)
      : await findInRelease(from.release, query, signal);
  if (output === "-") await writeToStream(found, options.stdout ?? process.stdout, signal);
  else await writeToFile(found, output, options.force ?? false, signal);
  const { row, path } = found;
  return {
    trackId: row.trackId,
    title: row.title,
    artist: row.artist,
    album: row.album,
    disposition: row.disposition,
    codec: row.codec,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    originalSha256: row.originalSha256,
    licence: row.licence,
    from: path,
    output,
  };
}

async function requireFree(output: string, force: boolean): Promise<void> {
  let status: Awaited<ReturnType<typeof lstat>>;
  try {
    status = await lstat(output);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return;
    throw explainSystemError(error, `looking for "${output}"`);
  }
  if (status.isDirectory())
    throw new UsageError(`"${output}" is a folder`, { hint: "name the file to write" });
  if (!force) throw exists(output);
}

function exists(output: string): UsageError {
  return new UsageError(`"${output}" exists already`, {
    hint: "name another file, or write over it with --force",
  });
}

async function writeToFile(
  found: StoredTrack,
  output: string,
  force: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temporary = temporaryPathFor(output);
  try {
    const file = await open(temporary, "wx", 0o644);
    try {
      for await (const chunk of provenBytes(found, signal)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveName(temporary, output, force);
    await syncFolder(dirname(output));
  } catch (error) {
    throw explainSystemError(error, `writing "${output}"`);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Without `force` a file that appeared in the meantime is not written over. */
async function giveName(temporary: string, output: string, force: boolean): Promise<void> {
  if (!force) {
    try {
      await link(temporary, output);
      return;
    } catch (error) {
      if (systemErrorCode(error) === "EEXIST") throw exists(output);
      // A file system without hard links.
    }
  }
  await rename(temporary, output);
}

async function writeToStream(
  found: StoredTrack,
  stream: Writable,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const chunk of provenBytes(found, signal)) {
    await new Promise<void>((done, failed) => {
      // The chunk is a copy: the stream may hold on to it after the next one has been read.
      stream.write(Buffer.from(chunk), (error) => (error ? failed(error) : done()));
    });
  }
}

/** The bytes of a stored track in chunks of a buffer that is used again; throws at the end when they are not what was stored. */
async function* provenBytes(
  { row, path }: StoredTrack,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const opened = await openRegularFile(path);
  if (!opened.ok) throw new FailedError(`"${path}" ${opened.reason}`);
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const end = row.offsetBytes + row.sizeBytes;
    for (let position = row.offsetBytes; position < end; ) {
      throwIfAborted(signal);
      const { bytesRead } = await opened.file.read(
        buffer,
        0,
        Math.min(CHUNK_BYTES, end - position),
        position,
      );
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
    if (hash.digest("hex") === row.sha256) return;
    throw new IntegrityError(
      `track ${row.trackId} in "${path}" is not what was stored: its SHA-256 differs`,
      {
        hint: "get the track from another copy, and see what else is damaged: deadwax release verify",
      },
    );
  } finally {
    await opened.file.close();
  }
}
