import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AUDIO_FAILURES } from "../audio/types.ts";
import {
  type Archive,
  appendEvents,
  type Clock,
  explainSystemError,
  isoSeconds,
  parseJson,
  systemErrorCode,
} from "../core/index.ts";
import type { Plan } from "../selection/index.ts";

/** Why a track is not packed: what the audio stage found, or that the file is no longer the one that was taken in. */
export const QUARANTINE_REASONS = [...AUDIO_FAILURES, "changed-since-accession"] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Reasons that another run may not meet again: the file may come back, the machine may have been short of something. */
const PASSING: ReadonlySet<QuarantineReason> = new Set<QuarantineReason>([
  "changed-since-accession",
  "changed-while-read",
  "unreadable",
  "engine-crashed",
  "timed-out",
]);

const lineSchema = z.object({
  track_id: z.string().length(13),
  path: z.string(),
  accession: z.string(),
  reason: z.enum(QUARANTINE_REASONS),
  detail: z.string(),
  time: z.string(),
});

/** A line of `plans/<plan>/quarantine.jsonl`. */
export type QuarantinedTrack = z.infer<typeof lineSchema>;

const MAX_LINE_BYTES = 1 << 16;

/** True when the file itself is bad, so that trying it again is of no use as long as it is the same file. */
export function isPermanent(reason: QuarantineReason): boolean {
  return !PASSING.has(reason);
}

/** The newest line of each track; lines that are not whole are passed over. */
export async function readQuarantine(plan: Plan): Promise<ReadonlyMap<string, QuarantinedTrack>> {
  const tracks = new Map<string, QuarantinedTrack>();
  let text: string;
  try {
    text = await readFile(quarantineFile(plan), "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return tracks;
    throw error;
  }
  for (const line of text.split("\n")) {
    const json = parseJson(Buffer.from(line), MAX_LINE_BYTES);
    const parsed = json.ok ? lineSchema.safeParse(json.value) : null;
    if (parsed?.success) tracks.set(parsed.data.track_id, parsed.data);
  }
  return tracks;
}

/** Notes a track that cannot be packed, with a PREMIS event; synced before it returns. */
export async function quarantineTrack(
  archive: Archive,
  plan: Plan,
  clock: Clock,
  track: Omit<QuarantinedTrack, "time">,
): Promise<QuarantinedTrack> {
  const line: QuarantinedTrack = { ...track, time: isoSeconds(clock.now()) };
  const path = quarantineFile(plan);
  try {
    const file = await open(path, "a+");
    try {
      // A run that was killed may have left half a line: end it, so that only that line is lost.
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      const separator = size > 0 && last[0] !== 0x0a ? "\n" : "";
      await file.appendFile(`${separator}${JSON.stringify(line)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainSystemError(error, `writing "${path}"`);
  }
  await appendEvents(archive.layout, clock, [
    {
      eventType: "quarantine",
      outcome: "warning",
      object: `track ${track.track_id}`,
      detail: `${track.reason}: ${track.detail}`,
      plan: plan.id,
      accession: track.accession,
    },
  ]);
  return line;
}

function quarantineFile(plan: Plan): string {
  return join(plan.folder, "quarantine.jsonl");
}
