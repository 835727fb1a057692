import type { TableRow } from "../../core/database.ts";
import { pathText } from "../files/path-text.ts";
import type { FileState } from "../files/regular-file.ts";
import type { ReadOutcome } from "../reader/read-job.ts";
import type { ReadFile } from "./read-in-batches.ts";
import { idOf } from "./seen-rows.ts";

export interface OutcomeRows {
  readonly files: readonly TableRow[];
  readonly tags: readonly TableRow[];
}

/** The rows of `files.parquet` and `tags.parquet` for one thing that was looked at. */
export function outcomeRows(source: string, { path, member, seen, outcome }: ReadFile): OutcomeRows {
  const trackId = idOf(source, path, member);
  const state = outcome.state ?? seen;
  const common = { track_id: trackId, ...nameColumns(path, member), ...stateColumns(state) };
  if (outcome.kind === "rejected") {
    const { reason, detail } = outcome;
    return { files: [{ ...common, status: "rejected", reason, detail }], tags: [] };
  }
  if (outcome.kind === "container") return containerRows(source, path, state, common, outcome);
  const { facts, tags, reason, detail } = outcome;
  const file: TableRow = {
    ...common,
    status: "audio",
    reason,
    detail,
    container: facts.container,
    codec: facts.codec,
    sample_rate_hz: facts.sampleRateHz,
    channels: facts.channels,
    bits_per_sample: facts.bitsPerSample,
    duration_ms: facts.durationMs,
    duration_exact: facts.durationExact,
    bitrate_kbps: facts.bitrateKbps,
  };
  const rows = tags.map((tag, index): TableRow => ({ track_id: trackId, ordinal: index, ...tag }));
  return { files: [file], tags: rows };
}

/** The container has a row of its own, so that the next run can tell whether it has changed. */
function containerRows(
  source: string,
  path: Uint8Array,
  state: FileState,
  common: TableRow,
  outcome: Extract<ReadOutcome, { kind: "container" }>,
): OutcomeRows {
  const members = outcome.members.length + outcome.refused.length;
  const container: TableRow = {
    ...common,
    status: "container",
    detail: `${members} members`,
    container: "zip",
  };
  const refused = outcome.refused.map(
    ({ name, sizeBytes, reason, detail }): TableRow => ({
      // The id belongs to the first member of that name.
      track_id: reason === "duplicate-member-name" ? null : idOf(source, path, name),
      ...nameColumns(path, name),
      ...stateColumns({ ...state, sizeBytes }),
      status: "rejected",
      reason,
      detail,
    }),
  );
  return { files: [container, ...refused], tags: [] };
}

function nameColumns(path: Uint8Array, member: Uint8Array | null): TableRow {
  const file = pathText(path);
  const inside = member && pathText(member);
  return {
    path: file.text,
    path_b64: file.base64,
    member: inside?.text ?? null,
    member_b64: inside?.base64 ?? null,
  };
}

function stateColumns({ sizeBytes, mtimeNs, inode }: FileState): TableRow {
  return { size_bytes: sizeBytes, mtime_ns: mtimeNs, inode };
}
