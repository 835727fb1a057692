import { open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, ensureFolder, isoSeconds, parseJson, systemErrorCode } from "../../core/index.ts";
import type { ReleaseHealth } from "./release-health.ts";

const FILE = "swarm-health.jsonl";
/** As much of the end of the log is read: some 40,000 lines. */
const MAX_TAIL_BYTES = 8 * 1024 * 1024;
const MAX_LINE_BYTES = 4096;
/** A trend compares with what was measured at least so long before. */
const TREND_MS = 6 * 24 * 3600 * 1000;

const lineSchema = z.object({
  time: z.iso.datetime(),
  release: z.string(),
  seeders: z.int().nullable(),
  leechers: z.int().nullable(),
  challenged: z.int(),
  effectiveCopies: z.int(),
});

/** One measure of one release. */
export type HealthMeasure = z.infer<typeof lineSchema>;

export interface HealthHistory {
  readonly latest: HealthMeasure;
  /** When somebody was last known to have it; null: never. */
  readonly lastSeen: string | null;
  /** Copies more (or fewer) than about a week before the latest measure; null when nothing is that old. */
  readonly trend: number | null;
}

/** Appends what was measured to `reports/swarm-health.jsonl`, synced before it returns. */
export async function appendHealth(
  archive: Archive,
  healths: readonly ReleaseHealth[],
  now: Date,
): Promise<void> {
  await ensureFolder(archive.layout.reports);
  const file = await open(join(archive.layout.reports, FILE), "a");
  try {
    const time = isoSeconds(now);
    const lines = healths.map(({ release, seeders, leechers, challenged, effectiveCopies }) =>
      JSON.stringify({ time, release, seeders, leechers, challenged, effectiveCopies }),
    );
    // Begins on a line of its own: a run that was killed may have left half of one.
    await file.appendFile(`\n${lines.join("\n")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What the log knows of each release. Lines that cannot be read are passed over. */
export async function readHealth(archive: Archive): Promise<ReadonlyMap<string, HealthHistory>> {
  const byRelease = new Map<string, HealthMeasure[]>();
  for (const line of (await readTail(join(archive.layout.reports, FILE))).split("\n")) {
    const json = parseJson(Buffer.from(line), MAX_LINE_BYTES);
    const parsed = json.ok ? lineSchema.safeParse(json.value) : null;
    if (!parsed?.success) continue;
    const { release } = parsed.data;
    byRelease.set(release, [...(byRelease.get(release) ?? []), parsed.data]);
  }
  const histories = new Map<string, HealthHistory>();
  for (const [release, measures] of byRelease) {
    const history = summarise(measures);
    if (history) histories.set(release, history);
  }
  return histories;
}

/** From measures of one release in the order of time. */
export function summarise(measures: readonly HealthMeasure[]): HealthHistory | null {
  const latest = measures.at(-1);
  if (latest === undefined) return null;
  const seen = measures.findLast(({ effectiveCopies, seeders }) => effectiveCopies + (seeders ?? 0) > 0);
  const limit = Date.parse(latest.time) - TREND_MS;
  const before = measures.findLast(({ time }) => Date.parse(time) <= limit);
  return {
    latest,
    lastSeen: seen?.time ?? null,
    trend: before ? latest.effectiveCopies - before.effectiveCopies : null,
  };
}

async function readTail(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, MAX_TAIL_BYTES));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "";
    throw error;
  }
}
