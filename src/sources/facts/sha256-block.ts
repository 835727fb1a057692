import { createKernel } from "../../core/wasm/kernel.ts";
import { get, number, set } from "../../core/wasm/phrases.ts";

const ROUNDS = 64;
const BLOCK_WORDS = 16;
const WORD_BYTES = 4;
/** What fits into one block with its padding. */
export const MAX_SHORT_BYTES = 55;
const STATE = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

/** Messages at a time: an instruction takes one word, or a word of each of four. */
export type Lanes = 1 | 4;

export interface Sha256Block {
  /** The messages, each with its padding, as 16 words: first the first word of each, then the second of each, and so on. */
  readonly words: Uint32Array;
  /** The first word of each hash, then the second of each. */
  readonly result: Uint32Array;
  /** Works out the result. */
  hash(): void;
}

/**
 * SHA-256 of messages that are one block with their padding, as WebAssembly: a call of the library costs several times what the rounds
 * do. FIPS 180-4, section 6.2.2. It is made when it is first asked for, and the same for all: nothing in it is kept from one call to the next.
 */
export function sha256Block(lanes: Lanes): Sha256Block {
  const known = made.get(lanes);
  if (known !== undefined) return known;
  const block = makeBlock(lanes);
  made.set(lanes, block);
  return block;
}

const made = new Map<Lanes, Sha256Block>();

function makeBlock(lanes: Lanes): Sha256Block {
  const { words, loop } = createKernel(sha256Loop(lanes, 0), (BLOCK_WORDS + 2) * WORD_BYTES * lanes);
  return {
    words: words.subarray(0, BLOCK_WORDS * lanes),
    result: words.subarray(BLOCK_WORDS * lanes, (BLOCK_WORDS + 2) * lanes),
    hash: loop("hash"),
  };
}

/** The function `$hash`: it works on `words`, which are at such a place in the memory, and leaves `result` behind them. */
export function sha256Loop(lanes: Lanes, at: number): string {
  return new Program(lanes, at).text();
}

/** No loop: the eight words of the state change their names from round to round. */
class Program {
  readonly #lanes: Lanes;
  readonly #at: number;
  readonly #type: "i32" | "i32x4";
  /** Of operations on bits. */
  readonly #bits: "i32" | "v128";

  constructor(lanes: Lanes, at: number) {
    this.#lanes = lanes;
    this.#at = at;
    this.#type = lanes === 1 ? "i32" : "i32x4";
    this.#bits = lanes === 1 ? "i32" : "v128";
  }

  text(): string {
    const wordBytes = WORD_BYTES * this.#lanes;
    const words = Array.from({ length: BLOCK_WORDS }, (_, index) => `w${index}`);
    const [initial, constants] = [squareRoots(), cubeRoots()];
    const lines = words.map((word, index) =>
      set(word, `(${this.#bits}.load offset=${this.#at + wordBytes * index} ${number(0)})`),
    );
    for (const [index, name] of STATE.entries()) lines.push(set(name, this.#constant(initial[index] ?? 0)));
    for (let round = 0; round < ROUNDS; round += 1) lines.push(...this.#round(round, constants[round] ?? 0));
    for (const [index, name] of (["a", "b"] as const).entries()) {
      const sum = this.#add(get(name), this.#constant(initial[index] ?? 0));
      lines.push(
        `(${this.#bits}.store offset=${this.#at + wordBytes * (BLOCK_WORDS + index)} ${number(0)} ${sum})`,
      );
    }
    const locals = [...words, ...STATE, "t"].map((name) => `(local $${name} ${this.#bits})`);
    return `(func $hash ${locals.join(" ")} ${lines.join("\n")})`;
  }

  #round(round: number, constant: number): readonly string[] {
    const word = (back: number): string => `w${(round + back) % BLOCK_WORDS}`;
    const at = (index: number): string => STATE[(index + 8 * ROUNDS - round) % 8] ?? "a";
    const [a, b, c, e, f, g] = [0, 1, 2, 4, 5, 6].map((index) => get(at(index))) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const lines: string[] = [];
    if (round >= BLOCK_WORDS) {
      const near = get(word(1));
      const far = get(word(14));
      const s0 = this.#xor(this.#turned(near, 7), this.#turned(near, 18), this.#shifted(near, 3));
      const s1 = this.#xor(this.#turned(far, 17), this.#turned(far, 19), this.#shifted(far, 10));
      lines.push(set(word(0), this.#add(get(word(0)), s0, get(word(9)), s1)));
    }
    const s1 = this.#xor(this.#turned(e, 6), this.#turned(e, 11), this.#turned(e, 25));
    const choice = this.#xor(g, this.#both("and", e, this.#xor(f, g)));
    lines.push(set("t", this.#add(get(at(7)), s1, choice, this.#constant(constant), get(word(0)))));
    const s0 = this.#xor(this.#turned(a, 2), this.#turned(a, 13), this.#turned(a, 22));
    const majority = this.#both("or", this.#both("and", a, b), this.#both("and", c, this.#both("or", a, b)));
    lines.push(set(at(3), this.#add(get(at(3)), get("t"))), set(at(7), this.#add(get("t"), s0, majority)));
    return lines;
  }

  #both(name: "and" | "or" | "xor", a: string, b: string): string {
    return `(${this.#bits}.${name} ${a} ${b})`;
  }

  #xor(...terms: readonly string[]): string {
    return terms.reduce((all, term) => this.#both("xor", all, term));
  }

  #add(...terms: readonly string[]): string {
    return terms.reduce((sum, term) => `(${this.#type}.add ${sum} ${term})`);
  }

  #constant(value: number): string {
    return this.#lanes === 1 ? number(value) : `(i32x4.splat ${number(value)})`;
  }

  #shifted(value: string, bits: number): string {
    return `(${this.#type}.shr_u ${value} ${number(bits)})`;
  }

  #turned(value: string, bits: number): string {
    if (this.#lanes === 1) return `(i32.rotr ${value} ${number(bits)})`;
    return this.#both("or", this.#shifted(value, bits), `(i32x4.shl ${value} ${number(32 - bits)})`);
  }
}

/** The first 32 bits of the fractions of the square roots of the first eight primes. */
function squareRoots(): number[] {
  return primes(8).map((prime) => fraction(prime, 2n));
}

/** The same of the cube roots of the first 64. */
function cubeRoots(): number[] {
  return primes(ROUNDS).map((prime) => fraction(prime, 3n));
}

function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n += 1n) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
}

function fraction(value: bigint, power: bigint): number {
  const scaled = value << (32n * power);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= scaled) low = middle;
    else high = middle;
  }
  return Number(BigInt.asUintN(32, low));
}
