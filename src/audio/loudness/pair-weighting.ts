import { createKernel } from "../../core/wasm/kernel.ts";
import { headShelf, lowCut } from "./k-weighting.ts";

/** Doubles of the state, each twice, once a channel: seven coefficients, six former values, peak, sum. */
const STATE_DOUBLES = 30;
const PEAK = 26;
const SUM = 28;
const MOST_SAMPLES = 8192;
const LEFT = STATE_DOUBLES * 8;
const RIGHT: number = LEFT + MOST_SAMPLES * 4;

/**
 * Both filters, the squares and the peak of two channels, one in each half of a register. The terms come in the order of
 * the plain form, the newest last: the processor waits for nothing else, and the sums are the same to the last bit.
 */
const SOURCE = `
(func $weigh (param $left i32) (param $right i32) (param $end i32) (param $state i32)
  (local $b0 v128) (local $b1 v128) (local $b2 v128) (local $a1 v128) (local $a2 v128) (local $c1 v128) (local $c2 v128)
  (local $x v128) (local $x1 v128) (local $x2 v128)
  (local $y v128) (local $y1 v128) (local $y2 v128)
  (local $z v128) (local $z1 v128) (local $z2 v128)
  (local $peak v128) (local $sum v128)
  (local.set $b0 (v128.load (local.get $state)))
  (local.set $b1 (v128.load offset=16 (local.get $state)))
  (local.set $b2 (v128.load offset=32 (local.get $state)))
  (local.set $a1 (v128.load offset=48 (local.get $state)))
  (local.set $a2 (v128.load offset=64 (local.get $state)))
  (local.set $c1 (v128.load offset=80 (local.get $state)))
  (local.set $c2 (v128.load offset=96 (local.get $state)))
  (local.set $x1 (v128.load offset=112 (local.get $state)))
  (local.set $x2 (v128.load offset=128 (local.get $state)))
  (local.set $y1 (v128.load offset=144 (local.get $state)))
  (local.set $y2 (v128.load offset=160 (local.get $state)))
  (local.set $z1 (v128.load offset=176 (local.get $state)))
  (local.set $z2 (v128.load offset=192 (local.get $state)))
  (local.set $peak (v128.load offset=208 (local.get $state)))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $left) (local.get $end)))
      (local.set $x (f64x2.promote_low_f32x4
        (v128.load32_lane 1 (local.get $right) (v128.load32_zero (local.get $left)))))
      ;; y = b0 x + b1 x1 + b2 x2 - a2 y2 - a1 y1
      (local.set $y
        (f64x2.sub
          (f64x2.sub
            (f64x2.add
              (f64x2.add
                (f64x2.mul (local.get $b0) (local.get $x))
                (f64x2.mul (local.get $b1) (local.get $x1)))
              (f64x2.mul (local.get $b2) (local.get $x2)))
            (f64x2.mul (local.get $a2) (local.get $y2)))
          (f64x2.mul (local.get $a1) (local.get $y1))))
      ;; z = y - 2 y1 + y2 - c2 z2 - c1 z1
      (local.set $z
        (f64x2.sub
          (f64x2.sub
            (f64x2.add
              (f64x2.sub (local.get $y) (f64x2.add (local.get $y1) (local.get $y1)))
              (local.get $y2))
            (f64x2.mul (local.get $c2) (local.get $z2)))
          (f64x2.mul (local.get $c1) (local.get $z1))))
      (local.set $peak (f64x2.pmax (local.get $peak) (f64x2.abs (local.get $x))))
      (local.set $sum (f64x2.add (local.get $sum) (f64x2.mul (local.get $z) (local.get $z))))
      (local.set $x2 (local.get $x1))
      (local.set $x1 (local.get $x))
      (local.set $y2 (local.get $y1))
      (local.set $y1 (local.get $y))
      (local.set $z2 (local.get $z1))
      (local.set $z1 (local.get $z))
      (local.set $left (i32.add (local.get $left) (i32.const 4)))
      (local.set $right (i32.add (local.get $right) (i32.const 4)))
      (br $next)))
  (v128.store offset=112 (local.get $state) (local.get $x1))
  (v128.store offset=128 (local.get $state) (local.get $x2))
  (v128.store offset=144 (local.get $state) (local.get $y1))
  (v128.store offset=160 (local.get $state) (local.get $y2))
  (v128.store offset=176 (local.get $state) (local.get $z1))
  (v128.store offset=192 (local.get $state) (local.get $z2))
  (v128.store offset=208 (local.get $state) (local.get $peak))
  (v128.store offset=224 (local.get $state) (local.get $sum)))
`;

const kernel = createKernel(SOURCE, RIGHT + MOST_SAMPLES * 4);
const weigh = kernel.loop("weigh");

/** Weights two channels as the ear does, and takes their power. */
export class PairWeighting {
  readonly #state = new Float64Array(STATE_DOUBLES);

  constructor(rateHz: number) {
    const { b0, b1, b2, a1, a2 } = headShelf(rateHz);
    const { a1: c1, a2: c2 } = lowCut(rateHz);
    for (const [index, value] of [b0, b1, b2, a1, a2, c1, c2].entries())
      this.#state.fill(value, 2 * index, 2 * index + 2);
  }

  /** The largest magnitude of all samples of both channels so far, before the weighting. */
  get peak(): number {
    return Math.max(this.#state[PEAK] ?? 0, this.#state[PEAK + 1] ?? 0);
  }

  /** The sums of the squares of the weighted samples [from, to) of each channel. */
  sumsOfSquares(
    left: Float32Array,
    right: Float32Array,
    from: number,
    to: number,
  ): readonly [number, number] {
    let [leftSum, rightSum] = [0, 0];
    for (let at = from; at < to; at += MOST_SAMPLES) {
      const end = Math.min(to, at + MOST_SAMPLES);
      kernel.floats.set(left.subarray(at, end), LEFT / 4);
      kernel.floats.set(right.subarray(at, end), RIGHT / 4);
      kernel.doubles.set(this.#state);
      weigh(LEFT, RIGHT, LEFT + 4 * (end - at), 0);
      this.#state.set(kernel.doubles.subarray(0, STATE_DOUBLES));
      leftSum += this.#state[SUM] ?? 0;
      rightSum += this.#state[SUM + 1] ?? 0;
    }
    return [leftSum, rightSum];
  }
}
