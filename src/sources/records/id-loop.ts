import { add, advance, get, number, set, wordAt } from "../../core/wasm/phrases.ts";
import { MAX_SHORT_BYTES, sha256Loop } from "../facts/sha256-block.ts";
import { copyText } from "./text-loops.ts";

const LANES = 4;
const MESSAGE_BYTES = 64;
/** What is written behind a message does not matter. */
const MESSAGE_ROOM = 2 * MESSAGE_BYTES;
const WORDS_BYTES = LANES * MESSAGE_BYTES;
const RESULT_BYTES = 2 * LANES * 4;
/** Bytes that the loop wants for itself. */
export const ID_LOOP_BYTES: number = WORDS_BYTES + RESULT_BYTES + LANES * MESSAGE_ROOM + MESSAGE_BYTES;

/** Where the prefix is put that all messages begin with, in the memory of the loop from `at` on. */
export const prefixPlace = (at: number): number => at + WORDS_BYTES + RESULT_BYTES + LANES * MESSAGE_ROOM;

const bytes = (...groups: readonly (readonly number[])[]): string => groups.flat().join(" ");
const upTo = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);
const turned = (first: number): number[] => upTo(first, 4).reverse();
const shuffle = (lanes: string, a: string, b: string): string =>
  `(i8x16.shuffle ${lanes} ${get(a)} ${get(b)})`;

/**
 * Writes the ids of keys (see `TrackIds`), 8 bytes each, and gives how many: fewer than there are rows where a key is too long for one block.
 * Four messages are put together, turned into words, high byte first, and hashed at a time.
 */
export function idLoop(at: number): string {
  const result = at + WORDS_BYTES;
  const messages = result + RESULT_BYTES;
  const prefix = prefixPlace(at);
  const copied = upTo(0, MESSAGE_BYTES / 16).map(
    (part) =>
      `(v128.store offset=${16 * part} ${get("message")} (v128.load offset=${prefix + 16 * part} ${number(0)}))`,
  );
  const cleared = upTo(0, MESSAGE_BYTES / 16).map(
    (part) => `(v128.store offset=${1 + 16 * part} ${get("at")} (i32x4.splat ${number(0)}))`,
  );
  const fours = upTo(0, MESSAGE_BYTES / 16).flatMap((part) => {
    const load = ["a", "b", "c", "d"].map((name, lane) =>
      set(name, `(v128.load offset=${messages + lane * MESSAGE_ROOM + 16 * part} ${number(0)})`),
    );
    const low = bytes(turned(0), turned(16), turned(4), turned(20));
    const high = bytes(turned(8), turned(24), turned(12), turned(28));
    const pairs = [
      set("p", shuffle(low, "a", "b")),
      set("q", shuffle(low, "c", "d")),
      set("r", shuffle(high, "a", "b")),
      set("s", shuffle(high, "c", "d")),
    ];
    const [front, back] = [bytes(upTo(0, 8), upTo(16, 8)), bytes(upTo(8, 8), upTo(24, 8))];
    const words = [
      shuffle(front, "p", "q"),
      shuffle(back, "p", "q"),
      shuffle(front, "r", "s"),
      shuffle(back, "r", "s"),
    ].map((value, word) => `(v128.store offset=${at + 16 * (4 * part + word)} ${number(0)} ${value})`);
    return [...load, ...pairs, ...words];
  });
  const halves = (first: number): string =>
    bytes(upTo(first, 4), upTo(first + 16, 4), upTo(first + 4, 4), upTo(first + 20, 4));
  return `
  ${sha256Loop(LANES, at)}
  (func $ids (param $starts i32) (param $ends i32) (param $rows i32) (param $prefix i32) (param $out i32) (result i32)
    (local $row i32) (local $from i32) (local $to i32) (local $size i32) (local $message i32) (local $at i32) (local $lane i32)
    ${["a", "b", "c", "d", "p", "q", "r", "s"].map((name) => `(local $${name} v128)`).join(" ")}
    (block $all
      (loop $next
        (br_if $all (i32.ge_u ${get("row")} ${get("rows")}))
        ${set("from", wordAt(get("starts")))}
        ${set("to", wordAt(get("ends")))}
        ${set("size", add(get("prefix"), `(i32.sub ${get("to")} ${get("from")})`))}
        (br_if $all (i32.gt_u ${get("size")} ${number(MAX_SHORT_BYTES)}))
        ${set("lane", `(i32.and ${get("row")} ${number(LANES - 1)})`)}
        ${set("message", add(number(messages), `(i32.mul ${get("lane")} ${number(MESSAGE_ROOM)})`))}
        ${copied.join("\n")}
        ${set("at", add(get("message"), get("prefix")))}
        ${copyText("at")}
        ${set("at", add(get("message"), get("size")))}
        (i32.store8 ${get("at")} ${number(0x80)})
        ${cleared.join("\n")}
        (i32.store8 offset=62 ${get("message")} (i32.shr_u ${get("size")} ${number(5)}))
        (i32.store8 offset=63 ${get("message")} (i32.shl ${get("size")} ${number(3)}))
        ${advance("starts", 4)}
        ${advance("ends", 4)}
        ${advance("row", 1)}
        (block $full
          (br_if $full (i32.eq ${get("lane")} ${number(LANES - 1)}))
          (br_if $next (i32.lt_u ${get("row")} ${get("rows")})))
        ${fours.join("\n")}
        (call $hash)
        ${set("a", `(v128.load offset=${result + 16} ${number(0)})`)}
        ${set("b", `(v128.load offset=${result} ${number(0)})`)}
        (v128.store ${get("out")} ${shuffle(halves(0), "a", "b")})
        (v128.store offset=16 ${get("out")} ${shuffle(halves(8), "a", "b")})
        ${advance("out", 8 * LANES)}
        (br $next)))
    ${get("row")})`;
}
