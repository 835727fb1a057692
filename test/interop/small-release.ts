import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { silentReporter } from "../../src/core/index.ts";
import { createRelease } from "../../src/release/index.ts";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
  smallPolicy,
} from "../fixtures/sealed-archive.ts";

export interface SmallRelease {
  readonly name: string;
  /** Holds the bag, its torrents and its announcement. */
  readonly folder: string;
  readonly bag: string;
  readonly pieceLengthBytes: number;
  readonly hybridTorrent: string;
  readonly v1Torrent: string;
  readonly magnets: readonly string[];
  /** Audio by track number. */
  readonly audio: ReadonlyMap<number, Buffer>;
}

export const RELEASE_NAME = "interop-release";
const PIECE_LENGTH_BYTES = 32_768;

/** A release of three shards, one of them rewritten because a track in it may not go out. */
export async function makeSmallRelease(root: string): Promise<SmallRelease> {
  const archive = await makeEmptyArchive(root, smallPolicy(PIECE_LENGTH_BYTES));
  const sizes = [
    [70_001, 300_000],
    [1, 512, 90_000, 250_000],
    [400_000, 33_333],
  ];
  const tracks = sizes.map((bytes, shard) =>
    bytes.map((size, index) => ({
      number: shard * 10 + index + 1,
      audio: noiseBytes(shard * 10 + index, size),
    })),
  );
  for (const shard of tracks) await sealTracks(archive, shard);
  const all = tracks.flat();
  await planByHand(
    archive,
    all.map(({ number }) => ({ number, disposition: "original" as const })),
  );
  const summary = await createRelease({
    archive,
    reporter: silentReporter,
    gate: gateBut([12]),
    name: RELEASE_NAME,
  });
  const folder = archive.layout.releases;
  return {
    name: RELEASE_NAME,
    folder,
    bag: summary.folder,
    pieceLengthBytes: PIECE_LENGTH_BYTES,
    hybridTorrent: join(folder, `${RELEASE_NAME}.torrent`),
    v1Torrent: join(folder, `${RELEASE_NAME}.v1.torrent`),
    magnets: summary.torrents.map(({ magnet }) => magnet),
    audio: new Map(all.filter(({ number }) => number !== 12).map(({ number, audio }) => [number, audio])),
  };
}

/** Throws unless both folders hold the same files with the same bytes. */
export function requireSameFiles(expected: string, actual: string): void {
  execFileSync("diff", ["--recursive", "--no-dereference", "--brief", expected, actual]);
}
