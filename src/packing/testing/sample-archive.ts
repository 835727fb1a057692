import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCatalogue, currentSnapshot, type Snapshot } from "../../catalogue/index.ts";
import {
  type TestFile,
  writeAudioAccession,
  writePlaysAccession,
} from "../../catalogue/testing/accessions.ts";
import {
  type Archive,
  type Clock,
  initArchive,
  type Policy,
  policySchema,
  silentReporter,
} from "../../core/index.ts";
import { currentPlan, type Plan, planWith } from "../../selection/index.ts";
import { type PackInput, type PackSummary, packWith } from "../pack-with.ts";
import type { TrackRights } from "../track-facts.ts";
import { fakeAudio } from "./fake-audio.ts";
import { sampleBytes } from "./sample-tracks.ts";

/** When the files of a made-up accession were last changed. */
const MODIFIED_SECONDS = 1_700_000_000;

export const testClock: Clock = { now: () => new Date("2026-11-23T10:00:00Z") };

export interface SampleFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** What the accession says, where that is not what `bytes` has. */
  readonly sizeBytes?: number;
  /** Null: nobody has counted. */
  readonly plays: number | null;
}

/** Small pieces and shards, so that a few files fill several. */
export function samplePolicy(selection: Partial<Policy["selection"]> = {}): Policy {
  return policySchema.parse({ packing: { shardTargetBytes: 131_072, pieceLengthBytes: 16_384 }, selection });
}

/** `count` files of 12 to 51 kB; each third has no listens, so that it is kept as an access copy. */
export function sampleFiles(count: number): SampleFile[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `cd${index % 3}/${String(index).padStart(3, "0")}.ogg`,
    bytes: sampleBytes(index, 12_000 + ((index * 7919) % 39_000)),
    plays: index % 3 === 0 ? 0 : index + 1,
  }));
}

export interface SampleArchive {
  readonly archive: Archive;
  readonly music: string;
}

/** An archive below `folder` whose catalogue holds the files, as if they had been taken in. */
export async function makeSampleArchive(
  folder: string,
  files: readonly SampleFile[],
  policy: Policy = samplePolicy(),
  day = 1,
): Promise<SampleArchive> {
  const music = join(folder, "music");
  for (const file of files) writeSampleFile(music, file);
  const { archive } = await initArchive(join(folder, "archive"), { clock: testClock, policy });
  await catalogueFiles({ archive, music }, files, day);
  return { archive, music };
}

export function writeSampleFile(music: string, { name, bytes }: Pick<SampleFile, "name" | "bytes">): void {
  const path = join(music, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, bytes);
  utimesSync(path, MODIFIED_SECONDS, MODIFIED_SECONDS);
}

/** Takes files in as they are now, and the counts of all of them; `day` orders accessions. */
export async function catalogueFiles(
  { archive, music }: SampleArchive,
  files: readonly SampleFile[],
  day: number,
  taken: readonly SampleFile[] = files,
): Promise<void> {
  await writeAudioAccession(archive, { label: "sample", day, root: music, files: taken.map(testFile) });
  const counted = files.filter(({ plays }) => plays !== null);
  await writePlaysAccession(archive, {
    label: "counts",
    day,
    rows: counted.map(({ name, plays }) => ({ kind: "path", value: name, plays: plays ?? 0 })),
  });
  await buildCatalogue({ archive, reporter: silentReporter, clock: testClock });
}

function testFile({ name, bytes, sizeBytes = bytes.length }: SampleFile): TestFile {
  const tags: TestFile["tags"] = [
    ["TITLE", `Title of ${name}`],
    ["ARTIST", "The Test Tones"],
    ["ALBUM", "Sample"],
    ["LICENSE", "CC0-1.0"],
  ];
  // 160 kbps, so that an access copy would be smaller.
  return { path: name, sizeBytes, durationMs: Math.ceil((sizeBytes * 8) / 160), tags };
}

export async function planSample(
  archive: Archive,
  budgetBytes: number | null = null,
  policy: Policy = archive.config.policy,
): Promise<Plan> {
  const snapshot = await currentSnapshot(archive);
  await planWith({
    archive,
    reporter: silentReporter,
    clock: testClock,
    snapshot,
    rightsId: "r-test",
    // As `sampleRights`.
    gates: "select track_id, track_id % 4 <> 0 as disseminate, true as derive from segment_track",
    policy,
    budgetBytes,
    dryRun: false,
  });
  return currentPlan(archive);
}

/** One track in four may not be published. */
export function sampleRights(trackId: bigint): TrackRights {
  const isOpen = trackId % 4n !== 0n;
  return {
    gate: isOpen ? "open" : "dark",
    reason: isOpen ? "licensed" : "no-licence",
    licence: isOpen ? "CC0-1.0" : null,
    attribution: isOpen ? "The Test Tones" : null,
    statements: [],
  };
}

/** Packs the current plan with the stand-in for the audio stage. */
export async function packSample(archive: Archive, changes: Partial<PackInput> = {}): Promise<PackSummary> {
  const plan = await currentPlan(archive);
  const snapshot: Snapshot = await currentSnapshot(archive);
  return packWith({
    archive,
    reporter: silentReporter,
    clock: testClock,
    plan,
    snapshot,
    rightsOf: sampleRights,
    rightsId: "r-test",
    runAudio: fakeAudio,
    workers: 2,
    tools: { fake: "1" },
    ...changes,
  });
}

/** Name and SHA-256 of every file in the archive's folder of shards. */
export function shardDigests(archive: Archive): ReadonlyMap<string, string> {
  const { shards } = archive.layout;
  return new Map(
    readdirSync(shards)
      .sort()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(shards, name)))
          .digest("hex"),
      ]),
  );
}
