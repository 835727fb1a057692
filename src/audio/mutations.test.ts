import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTestTone, TEST_EXTENSION, type TestCodec } from "../../test/fixtures/audio.ts";
import { type Mutant, type Mutation, mutants } from "../../test/fixtures/mutate.ts";
import { type AudioPool, createAudioPool } from "./audio-pool.ts";
import type { CheckOutcome } from "./types.ts";

const SEED = 20_250_607;
const MUTANTS = 1000;
const BATCH = 100;
/** A mutant takes some milliseconds; a hang would end at the pool's limit of two minutes, or never. */
const SLOWEST_BATCH_MS = 30_000;
/** From its name to the end of LAME's extension. */
const INFO_TAG_BYTES = 156;
const MOST_RSS_KIB = 400 * 1024;

/** Mutations that keep the length. */
const IN_PLACE: ReadonlySet<Mutation> = new Set(["flip", "hole", "swap"]);

interface Format {
  readonly codec: TestCodec;
  /**
   * Whether a mutant may be taken although its samples differ: only where the format holds nothing by which it could be
   * known. Absent: never.
   */
  readonly isUndetectable?: (mutant: Mutant, source: Buffer) => boolean;
}

/** Bytes were changed, none added or taken, and some of them lie in this part of the source. */
function changes({ mutation, spans }: Mutant, from: number, to: number): boolean {
  return IN_PLACE.has(mutation) && spans.some(({ end, start }) => start < to && end > from);
}

const FORMATS: readonly Format[] = [
  { codec: "vorbis" },
  { codec: "opus" },
  { codec: "flac" },
  {
    // All samples are under LAME's CRC. What wipes out the frame that holds it leaves an MP3 without one.
    codec: "mp3",
    isUndetectable: (mutant, source) => changes(mutant, 0, source.indexOf("Info") + INFO_TAG_BYTES),
  },
  {
    // PCM has no check value: any bytes are samples.
    codec: "wav",
    isUndetectable: (mutant, source) => changes(mutant, source.indexOf("data") + 8, source.length),
  },
  // AAC and ALAC blocks have no check value: the decoder finds what is no syntax, the rest are other samples.
  { codec: "aac", isUndetectable: isInMediaData },
  { codec: "alac", isUndetectable: isInMediaData },
];

function isInMediaData(mutant: Mutant, source: Buffer): boolean {
  const start = source.indexOf("mdat") + 4;
  const end = start - 8 + source.readUInt32BE(start - 8);
  return changes(mutant, start, end);
}

let folder: string;
let pool: AudioPool;
const crashes: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-mutations-"));
  pool = createAudioPool({ workers: 2, onRestart: (_jobId, detail) => crashes.push(detail) });
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Checks streams that lie behind each other in one file, as they do in a shard. */
async function checkAll(streams: readonly Buffer[], ext: string): Promise<CheckOutcome[]> {
  const path = join(folder, `batch.${ext}`);
  writeFileSync(path, Buffer.concat(streams));
  let nextOffset = 0;
  const checking = streams.map((stream, index) => {
    const offsetBytes = nextOffset;
    nextOffset += stream.length;
    const job = { jobId: `m${index}`, path, offsetBytes, sizeBytes: stream.length, ext };
    return pool.check({ ...job, expected: { durationMs: 1000 }, sampleDigest: true });
  });
  return await Promise.all(checking);
}

describe.each(FORMATS)("1,000 mutants of a $codec file", ({ codec, isUndetectable }) => {
  test("decode to the samples of the source or are refused", { timeout: 120_000 }, async () => {
    const ext = TEST_EXTENSION[codec];
    const path = join(folder, `source.${ext}`);
    makeTestTone({
      path,
      codec,
      seconds: 1,
      sampleRateHz: codec === "opus" ? 48_000 : 22_050,
      tags: [["TITLE", "Whole"]],
    });
    const source = readFileSync(path);
    const [whole] = await checkAll([source], ext);
    if (!whole?.ok) throw new Error(`the source itself is refused: ${whole?.detail}`);

    const wrong: string[] = [];
    const seen = { same: 0, refused: 0, undetectable: 0 };
    const all = [...mutants(source, MUTANTS, SEED)];
    for (let first = 0; first < all.length; first += BATCH) {
      const batch = all.slice(first, first + BATCH);
      const startMs = performance.now();
      const outcomes = await checkAll(
        batch.map(({ bytes }) => bytes),
        ext,
      );
      expect(performance.now() - startMs).toBeLessThan(SLOWEST_BATCH_MS);
      for (const [index, mutant] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome?.ok !== true) {
          seen.refused++;
        } else if (outcome.samplesSha256 === whole.samplesSha256) {
          seen.same++;
        } else if (isUndetectable?.(mutant, source) === true) {
          // What is guaranteed all the same: the hash that is stored tells the two apart.
          if (outcome.sha256 === whole.sha256)
            wrong.push(`${first + index}: the hash of the file is the same`);
          seen.undetectable++;
        } else {
          wrong.push(`${first + index}: ${mutant.mutation} of ${JSON.stringify(mutant.spans)} went unseen`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(seen.refused).toBeGreaterThan(MUTANTS * 0.45);
    if (isUndetectable === undefined) expect(seen.undetectable).toBe(0);
  });
});

test("no mutant ends a child, and their memory stays bounded", () => {
  expect(crashes).toEqual([]);
  const pids = pool.processIds();
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(peakRssKib(pid)).toBeLessThan(MOST_RSS_KIB);
});

/** Zero where the system does not tell. */
function peakRssKib(pid: number): number {
  if (process.platform !== "linux") return 0;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
