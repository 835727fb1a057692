import { createHash } from "node:crypto";
import { copyBytes, newBytes, type ViewedBytes } from "../../core/viewed-bytes.ts";

/** What fits into one block of SHA-256 with its padding. */
const MAX_SHORT_BYTES = 55;
const BLOCK_BYTES = 64;
const K = Int32Array.from(roundConstants());

/** SQL's `trackIdSql` for keys that are bytes: the first 8 bytes of SHA-256 over the source's name, a zero byte and the key. */
export class TrackIds {
  readonly #prefix: Buffer;
  /** Begins with the prefix. */
  readonly #block = newBytes(BLOCK_BYTES);
  readonly #words = new Int32Array(64);
  /** Halves of the id of the last key. */
  high = 0;
  low = 0;

  constructor(sourceName: string) {
    this.#prefix = Buffer.from(`${sourceName}\0`);
    if (this.#prefix.length < BLOCK_BYTES) this.#block.array.set(this.#prefix);
  }

  /** Works out the id of the key in bytes [from, to). */
  set(bytes: ViewedBytes, from: number, to: number): void {
    const length = this.#prefix.length + to - from;
    if (length > MAX_SHORT_BYTES) {
      const hash = createHash("sha256").update(this.#prefix).update(bytes.array.subarray(from, to)).digest();
      this.high = hash.readInt32BE(0);
      this.low = hash.readUInt32BE(4);
      return;
    }
    const { array, view } = this.#block;
    copyBytes(bytes, from, to, this.#block, this.#prefix.length);
    array[length] = 0x80;
    array.fill(0, length + 1);
    view.setInt32(60, length * 8);
    for (let word = 0; word < 16; word += 1) this.#words[word] = view.getInt32(word * 4);
    this.#compress(this.#words);
  }

  /** FIPS 180-4, section 6.2.2, for a message of one block; of the hash only the first two words are needed. */
  #compress(w: Int32Array): void {
    for (let t = 16; t < 64; t += 1) {
      const w15 = w[t - 15] ?? 0;
      const w2 = w[t - 2] ?? 0;
      const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
      const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
      w[t] = ((w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1) | 0;
    }
    let a = 0x6a09e667;
    let b = 0xbb67ae85 | 0;
    let c = 0x3c6ef372;
    let d = 0xa54ff53a | 0;
    let e = 0x510e527f;
    let f = 0x9b05688c | 0;
    let g = 0x1f83d9ab;
    let h = 0x5be0cd19;
    for (let t = 0; t < 64; t += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[t] ?? 0) + (w[t] ?? 0)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    this.high = (a + 0x6a09e667) | 0;
    this.low = (b + 0xbb67ae85) >>> 0;
  }
}

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
function roundConstants(): number[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 64; n += 1n) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes.map((prime) => Number(BigInt.asIntN(32, cubeRoot(prime << 96n))));
}

function cubeRoot(value: bigint): bigint {
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** 3n <= value) low = middle;
    else high = middle;
  }
  return low;
}
