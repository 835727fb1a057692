import { createKernel } from "../../core/wasm/kernel.ts";

/** Vectors in the memory, by the index of their first number and the numbers from one to the next. */
export interface Vectors {
  readonly first: number;
  readonly count: number;
  readonly step: number;
}

/** Sums that come out beside each other. */
const SUMS = 4;
/** Numbers that the loop takes at a time. */
export const PRODUCT_STRIDE = 8;

/** One vector on the left and four on the right at a time; the lanes of the four sums are added up at the end. */
const SOURCE = `
(func $products
  (param $left i32) (param $leftEnd i32) (param $leftStep i32)
  (param $right i32) (param $rightEnd i32) (param $rightStep i32) (param $bytes i32) (param $out i32)
  (local $one i32) (local $oneEnd i32) (local $x v128) (local $four i32)
  (local $a i32) (local $b i32) (local $c i32) (local $d i32)
  (local $sumA v128) (local $sumB v128) (local $sumC v128) (local $sumD v128)
  (block $done
    (loop $nextLeft
      (br_if $done (i32.ge_u (local.get $left) (local.get $leftEnd)))
      (local.set $four (local.get $right))
      (local.set $oneEnd (i32.add (local.get $left) (local.get $bytes)))
      (block $fourDone
        (loop $nextFour
          (br_if $fourDone (i32.ge_u (local.get $four) (local.get $rightEnd)))
          (local.set $one (local.get $left))
          (local.set $a (local.get $four))
          (local.set $b (i32.add (local.get $a) (local.get $rightStep)))
          (local.set $c (i32.add (local.get $b) (local.get $rightStep)))
          (local.set $d (i32.add (local.get $c) (local.get $rightStep)))
          (local.set $four (i32.add (local.get $d) (local.get $rightStep)))
          (local.set $sumA (f64x2.splat (f64.const 0)))
          (local.set $sumB (local.get $sumA))
          (local.set $sumC (local.get $sumA))
          (local.set $sumD (local.get $sumA))
          (loop $next
            (local.set $x (v128.load (local.get $one)))
            (local.set $sumA (f32x4.add (local.get $sumA) (f32x4.mul (local.get $x) (v128.load (local.get $a)))))
            (local.set $sumB (f32x4.add (local.get $sumB) (f32x4.mul (local.get $x) (v128.load (local.get $b)))))
            (local.set $sumC (f32x4.add (local.get $sumC) (f32x4.mul (local.get $x) (v128.load (local.get $c)))))
            (local.set $sumD (f32x4.add (local.get $sumD) (f32x4.mul (local.get $x) (v128.load (local.get $d)))))
            (local.set $x (v128.load offset=16 (local.get $one)))
            (local.set $sumA (f32x4.add (local.get $sumA) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $a)))))
            (local.set $sumB (f32x4.add (local.get $sumB) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $b)))))
            (local.set $sumC (f32x4.add (local.get $sumC) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $c)))))
            (local.set $sumD (f32x4.add (local.get $sumD) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $d)))))
            (local.set $a (i32.add (local.get $a) (i32.const 32)))
            (local.set $b (i32.add (local.get $b) (i32.const 32)))
            (local.set $c (i32.add (local.get $c) (i32.const 32)))
            (local.set $d (i32.add (local.get $d) (i32.const 32)))
            (local.set $one (i32.add (local.get $one) (i32.const 32)))
            (br_if $next (i32.lt_u (local.get $one) (local.get $oneEnd))))
          (local.set $sumA (f32x4.add ;; two lanes of A and B in turns
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $sumA) (local.get $sumB))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $sumA) (local.get $sumB))))
          (local.set $sumC (f32x4.add
            (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $sumC) (local.get $sumD))
            (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $sumC) (local.get $sumD))))
          (v128.store (local.get $out) (f32x4.add
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $sumA) (local.get $sumC))
            (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $sumA) (local.get $sumC))))
          (local.set $out (i32.add (local.get $out) (i32.const 16)))
          (br $nextFour)))
      (local.set $left (i32.add (local.get $left) (local.get $leftStep)))
      (br $nextLeft))))
`;

/** Single-precision numbers that stay in place, and the scalar products of vectors among them. */
export class VectorMemory {
  readonly floats: Float32Array;
  readonly #products: (...args: readonly number[]) => void;
  #used = 0;

  /** Room for so many numbers. */
  constructor(capacity: number) {
    const { floats, loop } = createKernel(SOURCE, 4 * capacity);
    this.floats = floats;
    this.#products = loop("products");
  }

  /** Index of the first of so many numbers, all zero. Throws `RangeError` when there is no room. */
  reserve(length: number): number {
    const first = this.#used;
    this.#used += Math.ceil(length / PRODUCT_STRIDE) * PRODUCT_STRIDE;
    if (this.#used > this.floats.length) throw new RangeError(`no room for ${length} numbers`);
    return first;
  }

  place(values: Float32Array): number {
    const first = this.reserve(values.length);
    this.floats.set(values, first);
    return first;
  }

  /**
   * The scalar products of each vector on the left with each on the right, one row for each on the left, from index `out`
   * on. The vectors are `length` numbers long, a multiple of `PRODUCT_STRIDE`; on the right stands a multiple of four.
   */
  multiply(left: Vectors, right: Vectors, length: number, out: number): void {
    if (length % PRODUCT_STRIDE !== 0 || length === 0 || right.count % SUMS !== 0) {
      throw new RangeError(`${right.count} vectors of ${length} numbers do not fit the loop`);
    }
    this.#products(...inBytes(left), ...inBytes(right), 4 * length, 4 * out);
  }
}

/** First, end and step. */
function inBytes({ first, count, step }: Vectors): readonly [number, number, number] {
  return [4 * first, 4 * (first + count * step), 4 * step];
}
