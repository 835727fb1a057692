import { createKernel } from "../../core/wasm/kernel.ts";

/** What is known of a stretch of samples. */
export interface StretchSums {
  readonly sum: number;
  readonly squares: number;
  /** The largest magnitude. */
  readonly peak: number;
}

const MOST_SAMPLES = 8192;
const SAMPLES_AT = 48;

/** Four samples at a time, in doubles but for the peak. The results go to 0: two sums, two of squares, four peaks. */
const SOURCE = `
(func $sumUp (param $at i32) (param $end i32)
  (local $four v128) (local $low v128) (local $high v128) (local $peak v128)
  (local $sumLow v128) (local $sumHigh v128) (local $squaresLow v128) (local $squaresHigh v128)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $four (v128.load (local.get $at)))
      (local.set $peak (f32x4.pmax (local.get $peak) (f32x4.abs (local.get $four))))
      (local.set $low (f64x2.promote_low_f32x4 (local.get $four)))
      (local.set $high (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))
      (local.set $sumLow (f64x2.add (local.get $sumLow) (local.get $low)))
      (local.set $sumHigh (f64x2.add (local.get $sumHigh) (local.get $high)))
      (local.set $squaresLow (f64x2.add (local.get $squaresLow) (f64x2.mul (local.get $low) (local.get $low))))
      (local.set $squaresHigh (f64x2.add (local.get $squaresHigh) (f64x2.mul (local.get $high) (local.get $high))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next)))
  (v128.store (i32.const 0) (f64x2.add (local.get $sumLow) (local.get $sumHigh)))
  (v128.store offset=16 (i32.const 0) (f64x2.add (local.get $squaresLow) (local.get $squaresHigh)))
  (v128.store offset=32 (i32.const 0) (local.get $peak)))
`;

const { floats, doubles, loop } = createKernel(SOURCE, SAMPLES_AT + 4 * MOST_SAMPLES + 16);
const sumUp = loop("sumUp");

/** Sum, sum of squares and peak of the samples [from, to). */
export function stretchSums(samples: Float32Array, from: number, to: number): StretchSums {
  let [sum, squares, peak] = [0, 0, 0];
  for (let at = from; at < to; at += MOST_SAMPLES) {
    const count = Math.min(to - at, MOST_SAMPLES);
    const first = SAMPLES_AT / 4;
    floats.set(samples.subarray(at, at + count), first);
    // Silence up to the next four adds nothing.
    floats.fill(0, first + count, first + count + 3);
    sumUp(SAMPLES_AT, SAMPLES_AT + 4 * count);
    sum += (doubles[0] ?? 0) + (doubles[1] ?? 0);
    squares += (doubles[2] ?? 0) + (doubles[3] ?? 0);
    peak = Math.max(peak, floats[8] ?? 0, floats[9] ?? 0, floats[10] ?? 0, floats[11] ?? 0);
  }
  return { sum, squares, peak };
}
