/**
 * `audit`: proof that what is kept is what was kept. A release is **verified** from the outside in, and every **finding** says
 * what is wrong, where, which tracks it touches and what to do. The **status** of an archive says what each stage has done;
 * the **doctor** says what this machine lacks.
 */

export { createTableReader, type TableReader } from "../release/table-reader.ts";
export { type Amount, type ArchiveStatus, archiveStatus } from "./archive-status.ts";
export {
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type Severity,
  type TouchedTrack,
} from "./finding.ts";
export { namedSnapshots } from "./named-snapshots.ts";
export type { NextStep } from "./next-step.ts";
export {
  type DoctorCheck,
  type DoctorOptions,
  type DoctorReport,
  type DoctorVerdict,
  runDoctor,
} from "./run-doctor.ts";
export type { TrackDecoder } from "./track-decoder.ts";
export { type VerifyOptions, verifyRelease } from "./verify-release.ts";
export type { VerifyReport } from "./verify-report.ts";
