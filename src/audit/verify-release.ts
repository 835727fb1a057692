import { join, relative } from "node:path";
import { createAudioPool } from "../audio/index.ts";
import { type Progress, type Reporter, throwIfAborted } from "../core/index.ts";
import { fillsPieces, type ReleasedTrack, TRACK_TABLE } from "../release/index.ts";
import { locateRelease, type ReleaseLocation } from "../release/locate-release.ts";
import { createTableReader, type TableReader } from "../release/table-reader.ts";
import { checkChain } from "./check-chain.ts";
import { checkFile } from "./check-files.ts";
import { checkPayload } from "./check-payload.ts";
import { checkTable } from "./check-table.ts";
import { checkTagFiles } from "./check-tag-files.ts";
import { type FoundFile, torrentDifference } from "./compare-torrent.ts";
import { type Expectations, readExpectations } from "./expectations.ts";
import { Findings } from "./finding.ts";
import { type BagListing, listBag } from "./list-bag.ts";
import { type Documents, readDocuments } from "./read-documents.ts";
import { type ReadTorrent, readTorrents } from "./read-torrents.ts";
import { DecodeQueue, type TrackDecoder } from "./track-decoder.ts";
import type { VerifyReport } from "./verify-report.ts";

export interface VerifyOptions {
  /** The bag, its `<name>.json`, or a folder that holds one release. */
  readonly path: string;
  readonly reporter: Reporter;
  /** Decode every track too; true unless told. */
  readonly decode?: boolean | undefined;
  /** Children that decode. */
  readonly workers?: number | undefined;
  /** The `did:key` that must have signed; anybody's signature will do unless told. */
  readonly expectedDid?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Makes the decoder when there is something to decode; this machine's children unless told. */
  readonly createDecoder?: (() => TrackDecoder) | undefined;
  /** A reader of track tables for one who checks many releases; it is not closed. */
  readonly tableReader?: TableReader | undefined;
}

/** Tracks that may wait to be decoded when the next shard is begun: a shard of the default size has about 300. */
const MOST_WAITING_TRACKS = 500;

/** Used where nobody says how long the pieces are: hashes of pieces then mean nothing, but the files can be read. */
const FALLBACK_PIECE_LENGTH_BYTES = 4_194_304;

/**
 * Checks a release from the outside in: signatures, chain, bag, torrents against bytes, every track against the track table,
 * every track decodable. Reads each file once, holds bounded memory, writes nothing, and needs no archive.
 *
 * What is wrong is reported, not thrown. Throws `UsageError` when `path` is no release, `InterruptedError` when stopped.
 */
export async function verifyRelease(options: VerifyOptions): Promise<VerifyReport> {
  const location = await locateRelease(options.path);
  const run = new Verification(options, location);
  try {
    return await run.run();
  } finally {
    await run.close();
  }
}

class Verification {
  private readonly options: VerifyOptions;
  private readonly location: ReleaseLocation;
  private readonly bag: string;
  private readonly findings = new Findings();
  private readonly found = new Map<string, FoundFile>();
  private readonly tagBytes = new Map<string, Buffer>();
  private tableReader: TableReader | null;
  private decoder: TrackDecoder | null = null;
  private decoding: DecodeQueue | null = null;
  private readonly checked = { files: 0, bytes: 0, tracks: 0, decoded: 0, torrents: 0 };

  constructor(options: VerifyOptions, location: ReleaseLocation) {
    this.options = options;
    this.location = location;
    this.bag = join(location.folder, location.bagName);
    this.tableReader = options.tableReader ?? null;
  }

  async run(): Promise<VerifyReport> {
    const { findings, location } = this;
    const documents = await readDocuments(location, findings, this.options.expectedDid ?? null);
    await checkChain(location.folder, documents, findings);
    const torrents = await readTorrents(location.folder, documents, findings);
    const listing = await listBag(this.bag);
    const expected = (await readExpectations(this.bag, location.bagName, documents, findings)) ?? new Map();
    this.reportListing(listing, expected);
    const pieceLengthBytes =
      documents.release?.pieceLengthBytes ??
      torrents[0]?.torrent.pieceLengthBytes ??
      FALLBACK_PIECE_LENGTH_BYTES;
    const totalBytes = [...listing.files.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    const progress = this.options.reporter.progress("verify", "bytes", totalBytes);
    try {
      await this.checkSmallFiles(listing, expected, pieceLengthBytes, progress);
      await this.checkShards(documents, listing, expected, torrents, pieceLengthBytes, progress);
    } finally {
      progress.finish();
    }
    this.compareTorrents(documents, torrents, listing, pieceLengthBytes);
    return this.report(documents);
  }

  async close(): Promise<void> {
    if (this.options.tableReader === undefined) await this.tableReader?.close();
    await this.decoder?.close();
  }

  private reportListing(listing: BagListing, expected: Expectations): void {
    const { findings } = this;
    const { bagName } = this.location;
    for (const [path, what] of listing.irregular)
      findings.add("file-irregular", `${bagName}/${path}`, `it ${what}`);
    if (listing.isCutShort)
      findings.add("file-unexpected", bagName, "there are more files and folders than can be listed");
    for (const path of listing.files.keys()) {
      if (expected.size > 0 && !expected.has(path))
        findings.add("file-unexpected", `${bagName}/${path}`, "no part of the release");
    }
    for (const path of expected.keys()) {
      // A shard that is missing is reported with its tracks, later.
      const isHere = listing.files.has(path) || listing.irregular.has(path);
      if (!isHere && !isPayload(path)) findings.add("file-missing", `${bagName}/${path}`, "it is not there");
    }
  }

  private async checkSmallFiles(
    listing: BagListing,
    expected: Expectations,
    pieceLengthBytes: number,
    progress: Progress,
  ): Promise<void> {
    for (const path of [...listing.files.keys()].filter((file) => !isPayload(file)).sort(compareTexts)) {
      throwIfAborted(this.options.signal);
      if (expected.size > 0 && !expected.has(path)) continue;
      const onBytes = (bytes: number) => this.countBytes(bytes, progress, path);
      const { bag, findings } = this;
      const { bagName } = this.location;
      const { signal } = this.options;
      const file = await checkFile({
        bag,
        bagName,
        path,
        expected,
        pieceLengthBytes,
        findings,
        onBytes,
        signal,
      });
      this.checked.files += 1;
      if (file === null) continue;
      this.found.set(path, file);
      if (file.bytes) this.tagBytes.set(path, file.bytes);
    }
    checkTagFiles(
      this.location.bagName,
      this.tagBytes,
      expected,
      payloadSize(expected, listing),
      this.findings,
    );
  }

  private async checkShards(
    documents: Documents,
    listing: BagListing,
    expected: Expectations,
    torrents: readonly ReadTorrent[],
    pieceLengthBytes: number,
    progress: Progress,
  ): Promise<void> {
    const paths = new Set(
      [...expected.keys(), ...(expected.size === 0 ? listing.files.keys() : [])].filter(isPayload),
    );
    const tracksOf = await this.openTable(documents, [...paths]);
    for (const path of [...paths].sort(compareTexts)) {
      throwIfAborted(this.options.signal);
      await this.decoding?.waitUntilBelow(MOST_WAITING_TRACKS);
      const tracks = await tracksOf(path);
      const found = await checkPayload({
        bag: this.bag,
        bagName: this.location.bagName,
        path,
        expected,
        tracks,
        pieceLengthBytes,
        pieceLayer: layerOf(torrents, expected.get(path)?.piecesRoot ?? null),
        findings: this.findings,
        onBytes: (bytes) => this.countBytes(bytes, progress, path),
        onSoundTrack: (track) => this.decode(path, track),
        signal: this.options.signal,
      });
      this.checked.files += 1;
      this.checked.tracks += tracks?.length ?? 0;
      if (found !== null) this.found.set(path, found);
    }
    await this.decoding?.waitUntilBelow(0);
  }

  /** What gives the tracks of a shard: the table when it is the one that was signed, else nothing. */
  private async openTable(
    documents: Documents,
    payload: readonly string[],
  ): Promise<(path: string) => Promise<readonly ReleasedTrack[] | null>> {
    const { bagName } = this.location;
    if (this.found.get(TRACK_TABLE)?.isSound !== true) return async () => null;
    this.tableReader ??= createTableReader(this.options.signal);
    const reader = this.tableReader;
    const tablePath = join(this.bag, TRACK_TABLE);
    const shown = `${bagName}/${TRACK_TABLE}`;
    const isUsable = await checkTable({
      reader,
      tablePath,
      shown,
      release: documents.release,
      payload,
      findings: this.findings,
    });
    if (!isUsable) return async () => null;
    return async (path) => {
      const shard = path.slice("data/".length, -".tar".length);
      const tracks = await reader.tracksOfShard(tablePath, shard);
      if (tracks.ok) return tracks.value;
      this.findings.add("table-wrong", shown, `its rows for ${path}: ${tracks.reason}`);
      return null;
    };
  }

  private decode(path: string, track: ReleasedTrack): void {
    if (this.options.decode === false) return;
    if (this.decoding === null) {
      const { signal } = this.options;
      const workers = Math.max(1, this.options.workers ?? 1);
      this.decoder = this.options.createDecoder?.() ?? createAudioPool({ workers, signal });
      this.decoding = new DecodeQueue(
        this.decoder,
        workers,
        ({ shardPath, track: { trackId, title, offsetBytes } }, trouble) => {
          this.checked.decoded += 1;
          const shown = relative(this.location.folder, shardPath);
          if (trouble)
            this.findings.add(trouble.kind, shown, trouble.detail, {
              offsetBytes,
              tracks: [{ trackId, title }],
            });
        },
      );
    }
    this.decoding.add(join(this.bag, path), track);
  }

  private compareTorrents(
    documents: Documents,
    torrents: readonly ReadTorrent[],
    listing: BagListing,
    pieceLengthBytes: number,
  ): void {
    for (const { file, torrent, isAsAnnounced } of torrents) {
      this.checked.torrents += 1;
      if (!isAsAnnounced || this.found.size < listing.files.size) continue;
      const difference = torrentDifference(torrent, documents.name, pieceLengthBytes, this.found);
      if (difference !== null)
        this.findings.add("torrent-wrong", file, difference.reason, { piece: difference.piece });
    }
  }

  private countBytes(bytes: number, progress: Progress, path: string): void {
    this.checked.bytes += bytes;
    progress.advance(bytes, path);
  }

  private report(documents: Documents): VerifyReport {
    const { release } = documents;
    return {
      ok: !this.findings.hasErrors,
      release: {
        name: documents.name,
        folder: this.bag,
        signer: documents.releaseSigner,
        created: release?.created ?? null,
        sha256: release ? documents.releaseSha256 : null,
        previous: release?.previous?.name ?? null,
      },
      findings: this.findings.list,
      checked: this.checked,
      tracks: { released: release?.tracks.released ?? null, damaged: this.findings.damagedTracks },
    };
  }
}

function isPayload(path: string): boolean {
  return fillsPieces(path) && path !== TRACK_TABLE;
}

function payloadSize(expected: Expectations, listing: BagListing): { sizeBytes: number; fileCount: number } {
  const paths = [...(expected.size > 0 ? expected.keys() : listing.files.keys())].filter(isPayload);
  const sizes = paths.map((path) => expected.get(path)?.sizeBytes ?? listing.files.get(path) ?? 0);
  return { sizeBytes: sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0), fileCount: sizes.length };
}

/** The piece layer of a file, by its root: it hashes up to that root, whoever made the torrent. */
function layerOf(torrents: readonly ReadTorrent[], piecesRoot: string | null): Buffer | null {
  if (piecesRoot === null) return null;
  for (const { torrent } of torrents) {
    const layer = torrent.pieceLayers.get(piecesRoot);
    if (layer) return layer;
  }
  return null;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
