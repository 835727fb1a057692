import { join } from "node:path";
import type { ReleasedTrack } from "../release/index.ts";
import { openRegularFile } from "../release/read-regular-file.ts";
import { fileFault, pathWithDigest } from "./check-files.ts";
import { checkShard, type ScannedTrack, type ShardCheck, type ShardTrouble } from "./check-shard.ts";
import type { FoundFile } from "./compare-torrent.ts";
import type { Expectations } from "./expectations.ts";
import type { Findings, TouchedTrack } from "./finding.ts";

export interface PayloadInputs {
  readonly bag: string;
  readonly bagName: string;
  /** `data/<id>.tar`. */
  readonly path: string;
  readonly expected: Expectations;
  /** What the track table says of the shard; null when there is no table to be trusted. */
  readonly tracks: readonly ReleasedTrack[] | null;
  readonly pieceLengthBytes: number;
  /** BEP 52 piece layer that hashes up to the root of the shard, from a torrent; null when there is none. */
  readonly pieceLayer: Buffer | null;
  readonly findings: Findings;
  readonly onBytes: (bytes: number) => void;
  readonly onSoundTrack?: (track: ReleasedTrack) => void;
  readonly signal?: AbortSignal | undefined;
}

const SHA256_BYTES = 32;

/** Checks one shard of the bag; null when there is nothing to be checked. */
export async function checkPayload(inputs: PayloadInputs): Promise<FoundFile | null> {
  const { bagName, path, expected, tracks, findings } = inputs;
  const shown = `${bagName}/${path}`;
  const opened = await openRegularFile(join(inputs.bag, path));
  if (!opened.ok) {
    const kind = {
      missing: "file-missing",
      irregular: "file-irregular",
      unreadable: "file-unreadable",
    } as const;
    findings.add(kind[opened.why], shown, `it ${opened.reason}`, { tracks: (tracks ?? []).map(touched) });
    return null;
  }
  try {
    const wanted = expected.get(path);
    const check = await checkShard(opened, {
      pieceLengthBytes: inputs.pieceLengthBytes,
      tracks,
      expectedBytes: wanted?.sizeBytes ?? null,
      maxReadBytes: readLimit(expected),
      signal: inputs.signal,
      onBytes: inputs.onBytes,
      ...(inputs.onSoundTrack ? { onSoundTrack: inputs.onSoundTrack } : {}),
    });
    // The hasher stops where the file should end; the name of the file knows better how long it is.
    const hashed = { ...check.hashed, sizeBytes: opened.sizeBytes };
    const fault = fileFault(hashed, wanted);
    reportShard(inputs, check, fault, shown);
    return { hashed: check.hashed, bytes: null, isSound: fault === null };
  } finally {
    await opened.file.close();
  }
}

/**
 * A file that is larger than it should be is wrong already, and is not read for ever. It is read as far as the largest file of
 * the release goes, and a little further, so that two files that changed places are recognised.
 */
function readLimit(expected: Expectations): number {
  let limit = 0;
  for (const { sizeBytes } of expected.values()) limit = Math.max(limit, sizeBytes ?? 0);
  return limit === 0 ? Number.MAX_SAFE_INTEGER : limit + 1;
}

function reportShard(inputs: PayloadInputs, check: ShardCheck, fault: string | null, shown: string): void {
  const { findings, path, expected, tracks } = inputs;
  if (fault === null) {
    // These are the bytes that were signed: what does not fit them is what was said about them.
    for (const trouble of check.troubles) {
      const kind =
        trouble.kind === "entry-changed" || trouble.kind === "fill-changed" ? "table-wrong" : trouble.kind;
      findings.add(kind, shown, trouble.detail, trouble);
    }
    return;
  }
  const twin = pathWithDigest(expected, check.hashed.sha256.toString("hex"), path);
  if (twin !== null) {
    const all = tracks?.map(touched) ?? check.scannedTracks.map(({ trackId, title }) => ({ trackId, title }));
    findings.add("file-swapped", shown, `it has the bytes of "${twin}"`, { tracks: all, offsetBytes: 0 });
    return;
  }
  const wrongPieces = listWrongPieces(check.hashed.pieceLayer, inputs.pieceLayer);
  for (const trouble of check.troubles) {
    findings.add(
      trouble.kind,
      shown,
      trouble.detail,
      placeInPieces(trouble, wrongPieces, inputs.pieceLengthBytes),
    );
  }
  if (check.troubles.some(({ range }) => range !== null)) return;
  const [piece = null] = wrongPieces;
  const offsetBytes = piece === null ? null : piece * inputs.pieceLengthBytes;
  const kind =
    check.hashed.sizeBytes === (expected.get(path)?.sizeBytes ?? check.hashed.sizeBytes)
      ? "file-changed"
      : "file-size";
  findings.add(kind, shown, fault, { piece, offsetBytes, tracks: suspects(inputs, check, wrongPieces) });
}

/** The tracks that damage may have hit which no comparison with the table has found. */
function suspects(
  { tracks, pieceLengthBytes }: PayloadInputs,
  check: ShardCheck,
  wrongPieces: readonly number[],
): readonly TouchedTrack[] {
  // Every byte of every track is as it should be: what is wrong is behind them.
  if (check.isCompared) return [];
  if (tracks !== null) return tracks.map(touched);
  const isHit = ({ start, end }: ScannedTrack) =>
    wrongPieces.some((index) => index * pieceLengthBytes < end && (index + 1) * pieceLengthBytes > start);
  const hit = wrongPieces.length === 0 ? check.scannedTracks : check.scannedTracks.filter(isHit);
  return hit.map(({ trackId, title }) => ({ trackId, title }));
}

/** Narrows a wrong stretch of the file down to the first wrong piece in it. */
function placeInPieces(
  trouble: ShardTrouble,
  wrongPieces: readonly number[],
  pieceLengthBytes: number,
): ShardTrouble {
  const { range } = trouble;
  if (range === null) return trouble;
  const piece = wrongPieces.find(
    (index) => index * pieceLengthBytes < range.end && (index + 1) * pieceLengthBytes > range.start,
  );
  if (piece === undefined) return trouble;
  return {
    ...trouble,
    piece,
    offsetBytes: Math.max(trouble.offsetBytes ?? range.start, piece * pieceLengthBytes),
  };
}

/** Numbers of the pieces whose root is not that of the torrent's piece layer. */
function listWrongPieces(found: Buffer, wanted: Buffer | null): readonly number[] {
  if (wanted === null) return [];
  const wrong: number[] = [];
  for (let start = 0; start < wanted.length; start += SHA256_BYTES) {
    const end = start + SHA256_BYTES;
    if (!found.subarray(start, end).equals(wanted.subarray(start, end))) wrong.push(start / SHA256_BYTES);
  }
  return wrong;
}

function touched({ trackId, title }: ReleasedTrack): TouchedTrack {
  return { trackId, title };
}
