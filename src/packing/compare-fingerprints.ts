import { rm } from "node:fs/promises";
import { type RecordingCluster, RecordingClusterer } from "../catalogue/same-recording/cluster-recordings.ts";
import { makeKeyFolder } from "../catalogue/same-recording/key-folders.ts";
import type { RecordingRow } from "../catalogue/same-recording/recordings-table.ts";
import type { Archive, Reporter } from "../core/index.ts";
import { liveDocuments } from "./add-measures.ts";
import type { ShardManifest } from "./shard-manifest.ts";
import type { TrackDocument } from "./track-document.ts";

/** Chromaprint moves on by 1365 of 11025 samples a second a word. */
const MS_PER_WORD = (1365 * 1000) / 11_025;

export interface ComparedFingerprints {
  /** One for each track that sounds like another, by recording. */
  readonly rows: readonly RecordingRow[];
  /** Too short or too still to be told by a fingerprint. */
  readonly withoutFingerprint: number;
}

/**
 * Compares the fingerprints of the tracks in the shards. They lie in the archive's scratch folder meanwhile, about 5 kB a
 * track. Throws `IntegrityError` when a document is damaged.
 */
export async function compareFingerprints(
  shards: readonly ShardManifest[],
  options: {
    readonly archive: Archive;
    readonly reporter: Reporter;
    readonly signal?: AbortSignal | undefined;
    readonly dryRun: boolean;
  },
): Promise<ComparedFingerprints> {
  const { archive, reporter, signal, dryRun } = options;
  const total = shards.reduce((sum, { tracks }) => sum + tracks.length, 0);
  const progress = reporter.progress("reading fingerprints", "items", total);
  const folder = await makeKeyFolder(archive.layout.scratch, dryRun);
  const clusterer = new RecordingClusterer(folder);
  let withoutFingerprint = 0;
  try {
    for await (const { trackId, document } of liveDocuments(archive, shards, signal)) {
      progress.advance(1);
      if (document.fingerprint === null) {
        withoutFingerprint += 1;
        continue;
      }
      clusterer.add({
        id: trackId,
        fingerprint: wordsOf(document.fingerprint.base64),
        quality: qualityOf(document),
      });
    }
    return { rows: clusterer.clusters().flatMap(rowsOf), withoutFingerprint };
  } finally {
    progress.finish();
    clusterer.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function rowsOf({ representative, members, pairs }: RecordingCluster): RecordingRow[] {
  const recording = members.reduce((lowest, id) => (id < lowest ? id : lowest));
  const nearest = new Map<bigint, Pick<RecordingRow, "alike" | "similarity" | "offsetMs">>();
  const offer = (id: bigint, alike: bigint, similarity: number, offsetMs: number): void => {
    if ((nearest.get(id)?.similarity ?? -1) < similarity) nearest.set(id, { alike, similarity, offsetMs });
  };
  for (const { a, b, similarity, offsetWords } of pairs) {
    const offsetMs = Math.round(offsetWords * MS_PER_WORD);
    offer(a, b, similarity, offsetMs);
    offer(b, a, similarity, -offsetMs);
  }
  return members.flatMap((trackId) => {
    const near = nearest.get(trackId);
    return near ? [{ trackId, recording, isBest: trackId === representative, ...near }] : [];
  });
}

function qualityOf({ original }: TrackDocument): number {
  return original.bitrateKbps + (original.bitsPerSample === null ? 0 : 1e6);
}

function wordsOf(base64: string): Uint32Array {
  const raw = Buffer.from(base64, "base64");
  return Uint32Array.from({ length: raw.length >>> 2 }, (_, at) => raw.readUInt32LE(at * 4));
}
