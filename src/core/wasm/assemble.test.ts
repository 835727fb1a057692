import { expect, test } from "vitest";
import { assemble } from "./assemble.ts";
import { createKernel } from "./kernel.ts";

test("a function becomes the bytes that the specification says", () => {
  const bytes = assemble(
    "(func $f (param $a i32) (local $b f64) (local.set $b (f64.load offset=200 (local.get $a))))",
  );
  expect(Buffer.from(bytes).toString("hex")).toBe(
    [
      "0061736d01000000", // magic, version
      "010501" + "60017f00", // one type: i32 to nothing
      "020f01" + "03656e76" + "066d656d6f7279" + "020001", // env.memory, at least one page
      "03020100", // one function of that type
      "0705010166" + "0000", // exported as "f"
      "0a0e010c01" + "017c" + "2000" + "2b03c801" + "2101" + "0b", // a double as local, load, set, end
    ].join(""),
  );
});

test("labels are counted from the innermost out, and numbers may be negative and long", () => {
  const kernel = createKernel(
    `(func $count (param $from i32) (param $to i32)
       (block $done
         (loop $next
           (br_if $done (i32.ge_u (local.get $from) (local.get $to))) ;; a comment (with brackets
           (f64.store (local.get $from) (f64.const -1.5e300))
           (local.set $from (i32.sub (local.get $from) (i32.const -8)))
           (br $next)))
       (f64.store offset=20000 (i32.const 100000) (f64.const 7)))`,
    131_072,
  );
  kernel.loop("count")(16, 40);
  expect(Array.from(kernel.doubles.subarray(1, 6))).toEqual([0, -1.5e300, -1.5e300, -1.5e300, 0]);
  expect(kernel.doubles[15_000]).toBe(7);
});

test("one function calls another, before or behind it", () => {
  const kernel = createKernel(
    `(func $first (param $a i32) (result i32) (i32.add (call $second (local.get $a) (i32.const 5)) (i32.const 1)))
     (func $second (param $a i32) (param $b i32) (result i32) (i32.mul (local.get $a) (local.get $b)))`,
    1,
  );
  expect(kernel.loop("first")(7)).toBe(36);
});

test.each([
  ["(func $f (i32.fly))", "i32.fly"],
  ["(func $f (local.get $a))", "$a"],
  ["(func $f (block $a (br $b)))", "$b"],
  ["(func $f (call $g))", "$g"],
  ["(func $f", "missing"],
  ["(func $f))", "too many"],
  ["(table)", "without a name"],
])("%s is refused", (source, why) => {
  expect(() => assemble(source)).toThrow(new RegExp(why.replace("$", "\\$")));
});

test("a loop that is not there is named", () => {
  expect(() => createKernel("(func $f)", 1).loop("g")).toThrow(/"g"/);
});
