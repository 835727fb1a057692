import { DISPOSITIONS, GATE_SIDES, REASON_NAMES, type Reason } from "../disposition.ts";
import type { Threshold } from "./choose-threshold.ts";
import {
  BLOCK_ROWS,
  IS_COPY_OPEN,
  IS_HELD,
  IS_ORIGINAL_OPEN,
  IS_UNCOUNTED,
  type TrackColumns,
  WANTS_ORIGINAL,
} from "./track-columns.ts";
import { MARK } from "./track-marks.ts";
import { NEVER_KEPT, type StepColumns } from "./weigh-steps.ts";

/** What is decided for the tracks of a block: places in the lists of dispositions, reasons and sides of the gate. */
export interface DecidedColumns {
  readonly trackIds: BigUint64Array;
  readonly dispositions: Uint8Array;
  readonly reasons: Uint8Array;
  readonly gates: Uint8Array;
  /** Estimated, in a shard. */
  readonly bytes: BigInt64Array;
  /** 1: a file is held. */
  readonly held: Uint8Array;
}

const ORIGINAL = DISPOSITIONS.indexOf("original");
const ACCESS_COPY = DISPOSITIONS.indexOf("access-copy");
const METADATA_ONLY = DISPOSITIONS.indexOf("metadata-only");
const OPEN = GATE_SIDES.indexOf("open");
const DARK = GATE_SIDES.indexOf("dark");
const BLOCK_BYTES = 512;
const UPPER = 2 ** 32;

/** Decides for the tracks of one block after the other, in their order, by where the walk ended. */
export class Decider {
  readonly #taken: TakenSteps;
  readonly #reasons: Uint8Array;
  readonly #columns = {
    dispositions: new Uint8Array(BLOCK_ROWS),
    reasons: new Uint8Array(BLOCK_ROWS),
    gates: new Uint8Array(BLOCK_ROWS),
    bytes: new BigInt64Array(BLOCK_ROWS),
    held: new Uint8Array(BLOCK_ROWS),
  };

  constructor(threshold: Threshold, hasBudget: boolean) {
    this.#taken = new TakenSteps(threshold);
    this.#reasons = reasonTable(hasBudget);
  }

  /** What is decided is good until the next call. */
  decide(tracks: TrackColumns, steps: StepColumns): DecidedColumns {
    const { trackIds, traits, marks } = tracks;
    const { originals, copies, copyFirst, firstBuckets, secondBuckets } = steps;
    const count = trackIds.length;
    const { dispositions, reasons, gates, bytes, held } = this.#columns;
    // By halves: no bigint is made for a number.
    const halves = new Uint32Array(bytes.buffer);
    const taken = this.#taken;
    taken.begin(trackIds);
    for (let at = 0; at < count; at += 1) {
      const trait = traits[at] ?? 0;
      const first = firstBuckets[at] ?? 0;
      const firstTaken = taken.has(first, at, 1);
      const secondTaken = taken.has(secondBuckets[at] ?? 0, at, 2);
      const isCopy = firstTaken && copyFirst[at] === 1 && !secondTaken;
      const blocks = (isCopy ? copies[at] : originals[at]) ?? Number.NaN;
      dispositions[at] = !firstTaken ? METADATA_ONLY : isCopy ? ACCESS_COPY : ORIGINAL;
      gates[at] = (trait & (isCopy ? IS_COPY_OPEN : IS_ORIGINAL_OPEN)) !== 0 ? OPEN : DARK;
      held[at] = (trait & IS_HELD) !== 0 ? 1 : 0;
      reasons[at] =
        this.#reasons[
          situation(
            marks[at] ?? 0,
            trait,
            (Number.isNaN(blocks) ? NO_FILE : 0) |
              (first === NEVER_KEPT ? IS_NEVER_KEPT : 0) |
              (firstTaken ? FIRST_TAKEN : 0) |
              (secondTaken ? SECOND_TAKEN : 0) |
              (isCopy ? IS_COPY : 0),
          )
        ] ?? 0;
      const size = firstTaken ? blocks * BLOCK_BYTES : 0;
      halves[2 * at] = size % UPPER;
      halves[2 * at + 1] = Math.floor(size / UPPER);
    }
    return {
      trackIds,
      dispositions: dispositions.subarray(0, count),
      reasons: reasons.subarray(0, count),
      gates: gates.subarray(0, count),
      bytes: bytes.subarray(0, count),
      held: held.subarray(0, count),
    };
  }
}

/** Which steps are taken: those of better buckets, of the threshold's own those of smaller ids, and those that still fitted. */
class TakenSteps {
  readonly #threshold: Threshold;
  /** Ids of tracks that take steps all the same; they rise. */
  readonly #extraIds: BigUint64Array;
  #trackIds: BigUint64Array = new BigUint64Array();
  /** How many steps these tracks take, by their place in the block. */
  #extra: ReadonlyMap<number, number> = new Map();

  constructor(threshold: Threshold) {
    this.#threshold = threshold;
    this.#extraIds = BigUint64Array.from(threshold.extra.keys()).sort();
  }

  /** Blocks come one after the other. */
  begin(trackIds: BigUint64Array): void {
    this.#trackIds = trackIds;
    const ids = this.#extraIds;
    if (ids.length === 0 || trackIds.length === 0) return;
    const extra = new Map<number, number>();
    const last = trackIds.at(-1) ?? 0n;
    for (let at = placeOf(ids, trackIds[0] ?? 0n); at < ids.length && (ids[at] ?? 0n) <= last; at += 1) {
      const id = ids[at] ?? 0n;
      extra.set(placeOf(trackIds, id), this.#threshold.extra.get(id) ?? 0);
    }
    this.#extra = extra;
  }

  has(bucket: number, at: number, steps: number): boolean {
    const { bucket: last, track } = this.#threshold;
    if (bucket > last) return true;
    if (bucket === last && (this.#trackIds[at] ?? 0n) < track) return true;
    return this.#extra.size > 0 && (this.#extra.get(at) ?? 0) >= steps;
  }
}

/** The place of the first of ids that rise which is not below an id. */
function placeOf(ids: BigUint64Array, id: bigint): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? 0n) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NO_FILE = 1;
const IS_NEVER_KEPT = 2;
const FIRST_TAKEN = 4;
const SECOND_TAKEN = 8;
const IS_COPY = 16;
const OUTCOMES = 32;
const COUNTED_TRAITS = WANTS_ORIGINAL | IS_UNCOUNTED;
const MARKS = 8;

/** All that the reason depends on, as one number. */
function situation(mark: number, trait: number, outcome: number): number {
  return ((mark & (MARKS - 1)) * (COUNTED_TRAITS + 1) + (trait & COUNTED_TRAITS)) * OUTCOMES + outcome;
}

function reasonTable(hasBudget: boolean): Uint8Array {
  const reasons = new Uint8Array(MARKS * (COUNTED_TRAITS + 1) * OUTCOMES);
  for (let mark = 0; mark < MARKS; mark += 1) {
    for (let trait = 0; trait <= COUNTED_TRAITS; trait += 1) {
      for (let outcome = 0; outcome < OUTCOMES; outcome += 1) {
        reasons[situation(mark, trait, outcome)] = reasonOf(mark, trait, outcome, hasBudget);
      }
    }
  }
  return reasons;
}

const PLACE_OF = new Map(REASON_NAMES.map((name, at) => [name, at]));
const place = (reason: Reason): number => PLACE_OF.get(reason) ?? 0;
const NO_HOLDING = place("no-holding");
const DUPLICATES = new Map<number, number>([
  [MARK.duplicateIsrc, place("duplicate-isrc")],
  [MARK.duplicateRecording, place("duplicate-recording")],
  [MARK.duplicateSound, place("duplicate-sound")],
]);
const BELOW_CUT = place("below-priority-cut");
const EXHAUSTED = place("budget-exhausted");
const FLOOR = place("policy-floor");
const BUDGET_COPY = place("budget-access-copy");
const UNKNOWN_COPY = place("unknown-popularity-access-copy");
const LOW_COPY = place("low-popularity-access-copy");
const KEPT = place("kept-original");
const NOT_SMALLER = place("access-copy-not-smaller");

function reasonOf(mark: number, trait: number, outcome: number, hasBudget: boolean): number {
  if (outcome & NO_FILE) return NO_HOLDING;
  if (mark !== 0 && mark !== MARK.floor) return DUPLICATES.get(mark) ?? 0;
  if (outcome & IS_NEVER_KEPT) return BELOW_CUT;
  if (!(outcome & FIRST_TAKEN)) return EXHAUSTED;
  if (mark === MARK.floor && !(outcome & SECOND_TAKEN) && hasBudget) return FLOOR;
  if (!(outcome & IS_COPY)) return trait & WANTS_ORIGINAL ? KEPT : NOT_SMALLER;
  if (trait & WANTS_ORIGINAL) return BUDGET_COPY;
  return trait & IS_UNCOUNTED ? UNKNOWN_COPY : LOW_COPY;
}
