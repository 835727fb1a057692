import { join } from "node:path";
import { type HashedFile, PieceHasher } from "../formats/torrent/piece-hasher.ts";
import {
  fillsPieces,
  MAX_DOCUMENT_BYTES,
  MAX_TRACK_TABLE_BYTES,
  RELEASE_DOCUMENT,
} from "../release/index.ts";
import { openRegularFile } from "../release/read-regular-file.ts";
import { streamFile } from "../release/stream-file.ts";
import type { FoundFile } from "./compare-torrent.ts";
import type { Expectations, ExpectedFile } from "./expectations.ts";
import type { Findings } from "./finding.ts";

export interface FileCheckInputs {
  readonly bag: string;
  readonly bagName: string;
  readonly path: string;
  readonly expected: Expectations;
  readonly pieceLengthBytes: number;
  readonly findings: Findings;
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a file of the bag that is no shard and compares it with what it should be; null when it cannot be read. */
export async function checkFile(inputs: FileCheckInputs): Promise<FoundFile | null> {
  const { path, expected, findings } = inputs;
  const shown = `${inputs.bagName}/${path}`;
  const opened = await openRegularFile(join(inputs.bag, path));
  if (!opened.ok) {
    findings.add(
      opened.why === "irregular" ? "file-irregular" : "file-unreadable",
      shown,
      `it ${opened.reason}`,
    );
    return null;
  }
  const isSmall = !fillsPieces(path);
  try {
    const limit = isSmall ? MAX_DOCUMENT_BYTES : MAX_TRACK_TABLE_BYTES;
    if (opened.sizeBytes > limit) {
      findings.add("file-size", shown, `it has ${opened.sizeBytes} bytes, more than such a file may have`);
      return null;
    }
    const hasher = new PieceHasher(inputs.pieceLengthBytes);
    const kept: Buffer[] = [];
    await streamFile(
      opened.file,
      limit,
      (chunk) => {
        hasher.update(chunk);
        if (isSmall) kept.push(Buffer.from(chunk));
        inputs.onBytes(chunk.length);
      },
      inputs.signal,
    );
    const hashed = hasher.finish();
    const detail = fileFault(hashed, expected.get(path));
    // The release document has been judged by its signature, which says more than a digest.
    if (detail !== null && path !== RELEASE_DOCUMENT) {
      const twin = pathWithDigest(expected, hashed.sha256.toString("hex"), path);
      if (twin === null) findings.add("file-changed", shown, detail);
      else findings.add("file-swapped", shown, `it has the bytes of "${twin}"`);
    }
    return { hashed, bytes: isSmall ? Buffer.concat(kept) : null, isSound: detail === null };
  } finally {
    await opened.file.close();
  }
}

/** In what a file differs from what it should be, or null. */
export function fileFault(hashed: HashedFile, wanted: ExpectedFile | undefined): string | null {
  if (!wanted || wanted.sha256 === "") return null;
  if (wanted.sizeBytes !== null && hashed.sizeBytes !== wanted.sizeBytes) {
    return `it has ${hashed.sizeBytes} bytes, and was released with ${wanted.sizeBytes}`;
  }
  if (hashed.sha256.toString("hex") !== wanted.sha256) return "its SHA-256 is not the one that was released";
  const root = hashed.piecesRoot?.toString("hex") ?? null;
  return wanted.piecesRoot === null || wanted.piecesRoot === root
    ? null
    : "its pieces root is not the one that was released";
}

/** The other file of the release that has this digest, or null. */
export function pathWithDigest(expected: Expectations, sha256: string, except: string): string | null {
  for (const [path, file] of expected) if (path !== except && file.sha256 === sha256) return path;
  return null;
}
