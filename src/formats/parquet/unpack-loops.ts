import { createKernel, type Kernel } from "../../core/wasm/kernel.ts";

/** Numbers packed from the lowest bit up, at most 32 each, to words; behind these the largest of them, and their sum. */
const UNPACK = `
(func $unpack (param $from i32) (param $width i32) (param $mask i32) (param $to i32) (param $end i32) (param $about i32)
  (local $bit i32) (local $number i32) (local $most i32) (local $sum i32)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
      (local.set $number (i32.and
        (i32.wrap_i64 (i64.shr_u
          (i64.load (i32.add (local.get $from) (i32.shr_u (local.get $bit) (i32.const 3))))
          (i64.extend_i32_u (i32.and (local.get $bit) (i32.const 7)))))
        (local.get $mask)))
      (i32.store (local.get $to) (local.get $number))
      (local.set $most (select
        (local.get $number)
        (local.get $most)
        (i32.gt_u (local.get $number) (local.get $most))))
      (local.set $sum (i32.add (local.get $sum) (local.get $number)))
      (local.set $bit (i32.add (local.get $bit) (local.get $width)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br $next)))
  (i32.store (local.get $about) (local.get $most))
  (i32.store offset=4 (local.get $about) (local.get $sum)))`;

/** Differences to the numbers that they make, each `$more` larger than it stands; the last number to `$last`, where the one before stood. */
const ADD = `
(func $add (param $at i32) (param $end i32) (param $more i32) (param $last i32)
  (local $number i32)
  (local.set $number (i32.load (local.get $last)))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $number (i32.add (i32.add (local.get $number) (local.get $more)) (i32.load (local.get $at))))
      (i32.store (local.get $at) (local.get $number))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $next)))
  (i32.store (local.get $last) (local.get $number)))`;

/** For each level 1 the next number, for each level 0 `$none`. */
const PLACE = `
(func $place (param $levels i32) (param $end i32) (param $from i32) (param $none i32) (param $to i32)
  (local $level i32)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $levels) (local.get $end)))
      (local.set $level (i32.load (local.get $levels)))
      (i32.store (local.get $to) (select (i32.load (local.get $from)) (local.get $none) (local.get $level)))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $level) (i32.const 2))))
      (local.set $levels (i32.add (local.get $levels) (i32.const 4)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br $next))))`;

/** What a table has at each number. */
const LOOK_UP = `
(func $lookUp (param $at i32) (param $end i32) (param $table i32)
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (i32.store (local.get $at) (i32.load
        (i32.add (local.get $table) (i32.shl (i32.load (local.get $at)) (i32.const 2)))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $next))))`;

/** The loops over packed numbers, with memory of so many bytes. */
export function unpackLoops(memoryBytes: number): Kernel {
  return createKernel([UNPACK, ADD, PLACE, LOOK_UP].join("\n"), memoryBytes);
}
