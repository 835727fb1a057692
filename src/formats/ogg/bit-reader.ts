import { u8 } from "../audio/integers.ts";

/** Bits of a Vorbis packet, least significant first. Vorbis I, 2.1. Past the end: zeros, and `overrun`. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #atBit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get overrun(): boolean {
    return this.#atBit > this.#bytes.length * 8;
  }

  /** An unsigned number of at most 32 bits. */
  read(bits: number): number {
    let value = 0;
    for (let got = 0; got < bits; ) {
      const offset = this.#atBit & 7;
      const take = Math.min(8 - offset, bits - got);
      const part = (u8(this.#bytes, Math.floor(this.#atBit / 8)) >>> offset) & ((1 << take) - 1);
      value += part * 2 ** got;
      got += take;
      this.#atBit += take;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** `bits` may be larger than any packet; the reader is then overrun. */
  skip(bits: number): void {
    this.#atBit += bits;
  }
}
