import { join } from "node:path";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
  smallPolicy,
} from "../../../test/fixtures/sealed-archive.ts";
import { type Archive, silentReporter } from "../../core/index.ts";
import { type ParsedTorrent, parseTorrent } from "../../formats/torrent/parse-torrent.ts";
import { createRelease, type ListedRelease, listReleases } from "../../release/index.ts";
import { readRegularFile } from "../../release/read-regular-file.ts";

export interface SeededRelease {
  readonly archive: Archive;
  readonly release: ListedRelease;
  readonly hybrid: ParsedTorrent;
  /** Audio by track number. */
  readonly audio: ReadonlyMap<number, Buffer>;
}

/** An archive with one release of a few tracks of these sizes in bytes, numbered from 1, in one shard. */
export async function makeSeededRelease(
  root: string,
  sizes: readonly number[],
  pieceLengthBytes = 32_768,
): Promise<SeededRelease> {
  const archive = await makeEmptyArchive(root, smallPolicy(pieceLengthBytes));
  const tracks = sizes.map((size, index) => ({
    number: index + 1,
    audio: noiseBytes(index, size),
    title: `Track ${index + 1}`,
    artist: "Éna Orsa",
  }));
  await sealTracks(archive, tracks);
  await planByHand(
    archive,
    tracks.map(({ number }) => ({ number, disposition: "original" as const })),
  );
  await createRelease({ archive, reporter: silentReporter, gate: gateBut([]), name: "seeded" });
  const [release] = (await listReleases(archive)).releases;
  if (release === undefined) throw new Error("no release was made");
  const file = await readRegularFile(join(archive.layout.releases, "seeded.torrent"), 1 << 24);
  const parsed = file.ok ? parseTorrent(file.bytes) : file;
  if (!parsed.ok) throw new Error(parsed.reason);
  const audio = new Map(tracks.map(({ number, audio }) => [number, audio]));
  return { archive, release, hybrid: parsed.torrent, audio };
}
