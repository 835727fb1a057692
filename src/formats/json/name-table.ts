import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";

/** Slots of the table; a hash has so many bits. */
const SLOTS = 256;

/**
 * Names of members that are read, found by their bytes. Length, the first and the last four bytes tell names of up to eight bytes apart, and most
 * longer ones at a glance.
 */
export class NameTable {
  readonly #names: readonly Uint8Array[];
  /** Place of a name, plus one, at its hash or after it. */
  readonly #places = new Uint8Array(SLOTS);
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;

  /** At most 127 different names. */
  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Buffer.from(name));
    this.#heads = Int32Array.from(this.#names, (name) => headOf(viewedBytes(name), 0, name.length));
    this.#tails = Int32Array.from(this.#names, (name) => tailOf(viewedBytes(name), 0, name.length));
    for (const [place, name] of this.#names.entries()) {
      let at = hashOf(name.length, this.#heads[place] ?? 0, this.#tails[place] ?? 0);
      while (this.#places[at] !== 0) at = (at + 1) & (SLOTS - 1);
      this.#places[at] = place + 1;
    }
  }

  /** The place of the name in bytes [from, to), or -1. */
  find(bytes: ViewedBytes, from: number, to: number): number {
    const head = headOf(bytes, from, to);
    const tail = tailOf(bytes, from, to);
    for (let at = hashOf(to - from, head, tail); ; at = (at + 1) & (SLOTS - 1)) {
      const place = (this.#places[at] ?? 0) - 1;
      if (place < 0) return -1;
      if (this.#heads[place] !== head || this.#tails[place] !== tail) continue;
      if (isAt(this.#names[place], bytes.array, from, to)) return place;
    }
  }
}

function hashOf(length: number, head: number, tail: number): number {
  return (Math.imul(Math.imul(head, 0x9e3779b1) ^ tail ^ length, 0x85ebca6b) >>> 24) & (SLOTS - 1);
}

function headOf(bytes: ViewedBytes, from: number, to: number): number {
  return to - from >= 4 ? bytes.view.getInt32(from) : shortWord(bytes.array, from, to);
}

function tailOf(bytes: ViewedBytes, from: number, to: number): number {
  return to - from >= 4 ? bytes.view.getInt32(to - 4) : shortWord(bytes.array, from, to);
}

function shortWord(bytes: Uint8Array, from: number, to: number): number {
  let word = 0;
  for (let at = from; at < to; at += 1) word = (word << 8) | (bytes[at] ?? 0);
  return word;
}

/** Head and tail are known to be the same. */
function isAt(name: Uint8Array | undefined, bytes: Uint8Array, from: number, to: number): boolean {
  if (name === undefined || name.length !== to - from) return false;
  for (let at = 4; at < name.length - 4; at += 1) if (name[at] !== bytes[from + at]) return false;
  return true;
}
