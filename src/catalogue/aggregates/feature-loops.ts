import { createKernel, type Kernel } from "../../core/wasm/kernel.ts";
import { MOMENT_FEATURES } from "./registry.ts";

/** Rows at a time: sums of a quarter of as many products of two numbers up to 1,200 fit into 32 bits. */
export const BLOCK_ROWS = 2048;
/** Features of which all products are summed: the first columns. */
export const PRODUCT_COLUMNS: number = MOMENT_FEATURES.length;
const COLUMN_BYTES = BLOCK_ROWS * 4;

/** Pairs of columns whose products are summed, in order; a column alone is its own sum. */
export const PRODUCTS: readonly (readonly [a: number, b: number | null])[] = Array.from(
  { length: PRODUCT_COLUMNS },
  (_, a) => [
    [a, null] as const,
    ...Array.from({ length: PRODUCT_COLUMNS - a }, (__, more) => [a, a + more] as const),
  ],
).flat();

const NAMES = PRODUCTS.map(([a, b]) => `$p${a}_${b ?? "one"}`);
const columns = Array.from({ length: PRODUCT_COLUMNS }, (_, at) => at);
const lines = (make: (at: number) => string): string => columns.map(make).join("\n");

/**
 * Whole numbers of steps from the lower end, to the nearest; what is missing or out of range is `none`. At `$bounds`: lower
 * end, upper end, steps a unit, a half, each twice; `none` four times.
 */
const NUMBERS = `
(func $numbers (param $from i32) (param $end i32) (param $to i32) (param $bounds i32)
  (local $value v128) (local $inside v128)
  (local $low v128) (local $high v128) (local $steps v128) (local $half v128) (local $none v128)
  (local.set $low (v128.load (local.get $bounds)))
  (local.set $high (v128.load offset=16 (local.get $bounds)))
  (local.set $steps (v128.load offset=32 (local.get $bounds)))
  (local.set $half (v128.load offset=48 (local.get $bounds)))
  (local.set $none (v128.load offset=64 (local.get $bounds)))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
      (local.set $value (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $from))))
      (local.set $inside (v128.and
        (f64x2.ge (local.get $value) (local.get $low))
        (f64x2.le (local.get $value) (local.get $high))))
      (v128.store64_lane 0
        (local.get $to)
        (v128.bitselect
          (i32x4.trunc_sat_f64x2_s_zero (f64x2.add
            (f64x2.mul (f64x2.sub (local.get $value) (local.get $low)) (local.get $steps))
            (local.get $half)))
          (local.get $none)
          (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 (local.get $inside) (local.get $inside))))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br $next))))`;

/** Counts the cells of a grid that two columns of numbers fall into, by the steps of these numbers. */
const CELLS = `
(func $cells (param $a i32) (param $end i32) (param $b i32) (param $steps_a i32) (param $steps_b i32) (param $grid i32)
  (local $cell i32)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $a) (local.get $end)))
      (local.set $cell (i32.add (local.get $grid) (i32.shl
        (i32.add
          (i32.mul (i32.load8_u (i32.add (local.get $steps_a) (i32.load (local.get $a)))) (i32.const 17))
          (i32.load8_u (i32.add (local.get $steps_b) (i32.load (local.get $b)))))
        (i32.const 2))))
      (i32.store (local.get $cell) (i32.add (i32.load (local.get $cell)) (i32.const 1)))
      (local.set $a (i32.add (local.get $a) (i32.const 4)))
      (local.set $b (i32.add (local.get $b) (i32.const 4)))
      (br $next))))`;

/**
 * Sums of the columns and of all their products, four rows an instruction, over the rows that have all of them. At `$none`:
 * what stands for nothing in each column, four times. Stores the sums at `$sums`, then how many rows lack something.
 */
const MOMENTS = `
(func $moments (param $at i32) (param $end i32) (param $none i32) (param $sums i32)
  (local $missing v128) (local $lacks v128)
  ${lines((at) => `(local $c${at} v128) (local $n${at} v128)`)}
  ${NAMES.map((name) => `(local ${name} v128)`).join("\n")}
  ${lines((at) => `(local.set $n${at} (v128.load offset=${16 * at} (local.get $none)))`)}
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      ${lines((at) => `(local.set $c${at} (v128.load offset=${at * COLUMN_BYTES} (local.get $at)))`)}
      (local.set $lacks (i32x4.eq (local.get $c0) (local.get $n0)))
      ${lines((at) => `(local.set $lacks (v128.or (local.get $lacks) (i32x4.eq (local.get $c${at}) (local.get $n${at}))))`)}
      (local.set $missing (i32x4.sub (local.get $missing) (local.get $lacks)))
      ${lines((at) => `(local.set $c${at} (v128.andnot (local.get $c${at}) (local.get $lacks)))`)}
      ${PRODUCTS.map(([a, b], at) => {
        const term = b === null ? `(local.get $c${a})` : `(i32x4.mul (local.get $c${a}) (local.get $c${b}))`;
        return `(local.set ${NAMES[at]} (i32x4.add (local.get ${NAMES[at]}) ${term}))`;
      }).join("\n")}
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next)))
  ${NAMES.map((name, at) => `(v128.store offset=${16 * at} (local.get $sums) (local.get ${name}))`).join("\n")}
  (v128.store offset=${16 * NAMES.length} (local.get $sums) (local.get $missing)))`;

/** The loops over the columns of a block, with memory of so many bytes. */
export function featureLoops(memoryBytes: number): Kernel {
  return createKernel([NUMBERS, CELLS, MOMENTS].join("\n"), memoryBytes);
}
