import { open } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, isoSeconds } from "./clock.ts";
import { explainSystemError } from "./errors.ts";
import type { ArchiveLayout } from "./layout.ts";

/** Event types of the PREMIS 3 controlled vocabulary (id.loc.gov/vocabulary/preservation/eventType) that we use. */
export type EventType =
  | "accession"
  | "creation"
  | "deaccession"
  | "fixity check"
  | "ingestion end"
  | "ingestion start"
  | "message digest calculation"
  | "metadata extraction"
  | "packing"
  | "policy assignment"
  | "quarantine"
  | "dissemination"
  | "validation";

export interface ArchiveEvent {
  readonly eventType: EventType;
  readonly outcome: "success" | "failure" | "warning";
  /** What it was done to: an accession, a plan, a shard, a track, a release. */
  readonly object: string;
  readonly detail?: string;
  readonly [field: string]: unknown;
}

/** Appends to `events/<year>.jsonl`, one JSON object a line, synced before it returns. */
export async function appendEvents(
  layout: ArchiveLayout,
  clock: Clock,
  events: readonly ArchiveEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const now = clock.now();
  const path = join(layout.events, `${now.getUTCFullYear()}.jsonl`);
  const lines = events.map(
    (event) => `${JSON.stringify({ time: isoSeconds(now), agent: "deadwax", ...event })}\n`,
  );
  try {
    const file = await open(path, "a+");
    try {
      // A run that was killed may have left half a line: end it, so that only that line is lost.
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      await file.appendFile((size > 0 && last[0] !== 0x0a ? "\n" : "") + lines.join(""));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainSystemError(error, `writing "${path}"`);
  }
}
