import { type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import { createKernel } from "../../../core/wasm/kernel.ts";
import { add, get, number, set, wordAt } from "../../../core/wasm/phrases.ts";

const BLOCK_BYTES = 64;
const STEPS = 64;
const STATE = ["a", "b", "c", "d"] as const;
/** The words of the state at the beginning (RFC 1321, 3.3). */
const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const HASH_BYTES = 16;
/** The longest text that is hashed here: names are shorter. */
export const MAX_MD5_BYTES = 503;
const TEXT_AT = HASH_BYTES;

/** MD5 of short texts (RFC 1321), as WebAssembly: a call of the library costs several times what the steps do. */
export class Md5 {
  /** Here the text goes. */
  readonly text: ViewedBytes;
  readonly #hash: Uint8Array;
  readonly #loop: (...args: readonly number[]) => number;

  constructor() {
    const { bytes, loop } = createKernel(program(), TEXT_AT + MAX_MD5_BYTES + 9);
    this.text = viewedBytes(bytes.subarray(TEXT_AT));
    this.#hash = bytes.subarray(0, HASH_BYTES);
    this.#loop = loop("md5");
  }

  /** The hash of the first bytes of the text, of so many; good until the next. */
  hash(length: number): Uint8Array {
    const { array, view } = this.text;
    const blocks = Math.ceil((length + 9) / BLOCK_BYTES);
    const end = blocks * BLOCK_BYTES;
    array[length] = 0x80;
    array.fill(0, length + 1, end);
    view.setUint32(end - 8, 8 * length, true);
    this.#loop(TEXT_AT + end);
    return this.#hash;
  }
}

function program(): string {
  const lines: string[] = [];
  for (let step = 0; step < STEPS; step += 1) lines.push(...stepText(step));
  const begin = STATE.map((name, at) => set(name, number(INITIAL[at] ?? 0)));
  const keep = STATE.map((name) => set(`${name}0`, get(name)));
  const sum = STATE.map((name) => set(name, add(get(name), get(`${name}0`))));
  const stores = STATE.map((name, at) => `(i32.store offset=${4 * at} ${number(0)} ${get(name)})`);
  const locals = STATE.flatMap((name) => [name, `${name}0`]).map((name) => `(local $${name} i32)`);
  return `
  (func $md5 (param $end i32) ${locals.join(" ")} (local $block i32) (local $t i32)
    ${begin.join("\n")}
    ${set("block", number(TEXT_AT))}
    (loop $next
      ${[...keep, ...lines, ...sum].join("\n")}
      ${set("block", add(get("block"), number(BLOCK_BYTES)))}
      (br_if $next (i32.lt_u ${get("block")} ${get("end")})))
    ${stores.join("\n")})`;
}

/** No loop: the four words of the state change their names from step to step. */
function stepText(step: number): readonly string[] {
  const name = (index: number): string => STATE[(index + 4 * STEPS - step) % 4] ?? "a";
  const [a, b, c, d] = [0, 1, 2, 3].map((index) => get(name(index))) as [string, string, string, string];
  const round = Math.floor(step / 16);
  const word = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] ?? 0;
  const mixed = [
    `(i32.xor ${d} (i32.and ${b} (i32.xor ${c} ${d})))`,
    `(i32.xor ${c} (i32.and ${d} (i32.xor ${b} ${c})))`,
    `(i32.xor (i32.xor ${b} ${c}) ${d})`,
    `(i32.xor ${c} (i32.or ${b} (i32.xor ${d} ${number(-1)})))`,
  ][round];
  const constant = Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1)));
  const message = wordAt(`offset=${4 * (word % 16)} ${get("block")}`);
  const turn = TURNS[round]?.[step % 4] ?? 0;
  return [
    set("t", add(add(add(a, mixed ?? ""), number(constant)), message)),
    set(name(0), add(b, `(i32.rotr ${get("t")} ${number(32 - turn)})`)),
  ];
}
