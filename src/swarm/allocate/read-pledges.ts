import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { parseSize, systemErrorCode, UsageError } from "../../core/index.ts";
import type { Pledge } from "./pledge.ts";

const MAX_BYTES = 64 * 1024 * 1024;

const share = z.number().min(0).max(1);
const size = z.union([z.int().nonnegative(), z.string().transform(parseSize)]);

const pledgesSchema = z.object({
  format: z.literal("deadwax-pledges/1"),
  pledges: z.array(
    z.object({
      custodian: z.string().min(1).max(200),
      /** `2TB`, or bytes. */
      space: size,
      uptime: z.union([share, z.array(share).min(1).max(1200)]).default(1),
      /** Bytes a second that they give away, like `2MB`; null: as much as is asked for. */
      bandwidth: size.nullable().default(null),
      /** The end of the pledge; null: none. */
      validUntil: z.iso.date().nullable().default(null),
      groups: z.array(z.string()).default([]),
      holds: z.array(z.string()).default([]),
    }),
  ),
});

/** A copy that takes longer to give back than this is none that an archive could be restored from. */
const RESTORED_IN_SECONDS = 30 * 24 * 3600;
/** What was half a year ago counts half. */
const MONTHS_TO_HALF = 6;

/**
 * Reads the pledges that somebody wrote down, those that have not ended. Throws `UsageError` for what is no such file.
 */
export async function readPledges(path: string, now: Date): Promise<readonly Pledge[]> {
  let text: string;
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new UsageError(`"${path}" is larger than ${MAX_BYTES} bytes`);
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw new UsageError(`"${path}" is not there`);
    throw error;
  }
  const parsed = pledgesSchema.safeParse(jsonOrNull(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(
      `"${path}" holds no pledges: ${issue?.path.join(".") || "document"}: ${issue?.message}`,
      {
        hint: "docs/swarm.md says how pledges are written",
      },
    );
  }
  const { pledges } = parsed.data;
  const names = new Set(pledges.map(({ custodian }) => custodian));
  if (names.size < pledges.length) throw new UsageError(`a custodian stands twice in "${path}"`);
  return pledges
    .filter(({ validUntil }) => validUntil === null || Date.parse(validUntil) > now.getTime())
    .map(({ custodian, space, uptime, bandwidth, groups, holds }) => ({
      custodian,
      spaceBytes: bandwidth === null ? space : Math.min(space, bandwidth * RESTORED_IN_SECONDS),
      uptime: typeof uptime === "number" ? uptime : meanUptime(uptime),
      groups,
      holds,
    }));
}

/** Of months, the last one last: each counts half of what it would half a year later. */
export function meanUptime(months: readonly number[]): number {
  const weights = months.map((_, index) => 2 ** ((index + 1 - months.length) / MONTHS_TO_HALF));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return months.reduce((sum, month, index) => sum + month * (weights[index] ?? 0), 0) / total;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
