import type { FieldPlaces } from "./field-loop.ts";
import { ID_LOOP_BYTES } from "./id-loop.ts";
import { LANES, MARKS_BYTES, type MarkPlaces, STRETCH_BYTES } from "./marks.ts";
import { BLOCK_ROWS } from "./text-block.ts";

/** For texts of records that are not found by their marks. */
const SPARE_BYTES = 65_536;
const STRIDE = 4 * BLOCK_ROWS;
/** What loops may write behind what they are asked for. */
const OVERRUN_BYTES = 64;
/** Of ten, from 0 on. */
export const POWERS = 16;

/** Where things are in the memory of a `RecordKernel`, in bytes. */
export interface KernelLayout extends FieldPlaces, MarkPlaces {
  /** For texts that are put down: bytes [spare, spareEnd). */
  readonly spare: number;
  readonly spareEnd: number;
  readonly hash: number;
  readonly plain: number;
  readonly ids: number;
  readonly same: number;
  readonly changes: number;
  readonly numbers: number;
  readonly oddRows: number;
  readonly powers: number;
  /** Of all. */
  readonly end: number;
}

export function kernelLayout(columns: number): KernelLayout {
  let end = 0;
  const take = (bytes: number): number => {
    const at = end;
    end += LANES * Math.ceil(bytes / LANES);
    return at;
  };
  // Something is before the texts: loops look at the byte before where one ends.
  const hash = take(ID_LOOP_BYTES);
  const text = take(STRETCH_BYTES + LANES);
  const spare = take(SPARE_BYTES + LANES);
  const parts = {
    places: take(MARKS_BYTES),
    starts: take(columns * STRIDE),
    ends: take(columns * STRIDE),
    rowStarts: take(STRIDE),
    rowEnds: take(STRIDE),
    odd: take(columns),
    state: take(LANES),
    plain: take(STRETCH_BYTES + SPARE_BYTES + STRIDE + OVERRUN_BYTES),
    ids: take(8 * BLOCK_ROWS + OVERRUN_BYTES),
    same: take(BLOCK_ROWS),
    changes: take(STRIDE),
    numbers: take(8 * BLOCK_ROWS),
    oddRows: take(STRIDE),
    powers: take(8 * POWERS),
  };
  return { hash, text, spare, spareEnd: spare + SPARE_BYTES, ...parts, stride: STRIDE, end };
}
