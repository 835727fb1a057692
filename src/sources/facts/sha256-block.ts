import { createKernel } from "../../core/wasm/kernel.ts";

const ROUNDS = 64;
const BLOCK_WORDS = 16;
const RESULT_BYTES = 4 * BLOCK_WORDS;
const STATE = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

export interface Sha256Block {
  /** The message, with its padding, as 16 words. */
  readonly words: Uint32Array;
  /** The first two words of its hash. */
  readonly result: Uint32Array;
  /** Works out the result. */
  hash(): void;
}

/**
 * SHA-256 of a message that is one block with its padding, as WebAssembly: a call of the library costs several times what the rounds
 * do. FIPS 180-4, section 6.2.2. It is made when it is first asked for, and the same for all: nothing in it is kept from one call to the next.
 */
export function sha256Block(): Sha256Block {
  made ??= makeBlock();
  return made;
}

let made: Sha256Block | null = null;

function makeBlock(): Sha256Block {
  const { words, loop } = createKernel(programText(), RESULT_BYTES + 8);
  return {
    words: words.subarray(0, BLOCK_WORDS),
    result: words.subarray(BLOCK_WORDS, BLOCK_WORDS + 2),
    hash: loop("hash"),
  };
}

const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
const number = (value: number): string => `(i32.const ${value | 0})`;
const both = (name: "add" | "xor" | "and" | "or", a: string, b: string): string => `(i32.${name} ${a} ${b})`;
const add = (...terms: readonly string[]): string => terms.reduce((sum, term) => both("add", sum, term));
const turned = (value: string, bits: number): string => `(i32.rotr ${value} ${number(bits)})`;
const shifted = (value: string, bits: number): string => `(i32.shr_u ${value} ${number(bits)})`;

/** No loop: the eight words of the state change their names from round to round. */
function programText(): string {
  const words = Array.from({ length: BLOCK_WORDS }, (_, index) => `w${index}`);
  const [initial, constants] = [squareRoots(), cubeRoots()];
  const lines = words.map((word, index) => set(word, `(i32.load offset=${4 * index} ${number(0)})`));
  for (const [index, name] of STATE.entries()) lines.push(set(name, number(initial[index] ?? 0)));
  for (let round = 0; round < ROUNDS; round += 1) lines.push(...roundText(round, constants[round] ?? 0));
  for (const [index, name] of (["a", "b"] as const).entries()) {
    const sum = add(get(name), number(initial[index] ?? 0));
    lines.push(`(i32.store offset=${RESULT_BYTES + 4 * index} ${number(0)} ${sum})`);
  }
  const locals = [...words, ...STATE, "t"].map((name) => `(local $${name} i32)`);
  return `(func $hash ${locals.join(" ")} ${lines.join("\n")})`;
}

function roundText(round: number, constant: number): readonly string[] {
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
    const s0 = both("xor", both("xor", turned(near, 7), turned(near, 18)), shifted(near, 3));
    const s1 = both("xor", both("xor", turned(far, 17), turned(far, 19)), shifted(far, 10));
    lines.push(set(word(0), add(get(word(0)), s0, get(word(9)), s1)));
  }
  const s1 = both("xor", both("xor", turned(e, 6), turned(e, 11)), turned(e, 25));
  const choice = both("xor", g, both("and", e, both("xor", f, g)));
  lines.push(set("t", add(get(at(7)), s1, choice, number(constant), get(word(0)))));
  const s0 = both("xor", both("xor", turned(a, 2), turned(a, 13)), turned(a, 22));
  const majority = both("or", both("and", a, b), both("and", c, both("or", a, b)));
  lines.push(set(at(3), add(get(at(3)), get("t"))), set(at(7), add(get("t"), s0, majority)));
  return lines;
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
