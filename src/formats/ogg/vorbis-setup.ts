import { hasAscii } from "../audio/integers.ts";
import { BitReader } from "./bit-reader.ts";

/** Larger set-up headers are not parsed; those of real encoders have 3 to 8 KB. */
export const MAX_SETUP_BYTES: number = 256 * 1024;

const CODEBOOK_SYNC = 0x564342;
const PACKET_TYPE_BYTES = 7;

/**
 * The block flag of each mode (true: long block) out of a set-up header, or null when it is not one. The
 * modes stand last, so all that is before them has to be walked. Vorbis I, 4.2.4.
 */
export function parseVorbisModes(packet: Uint8Array, channels: number): readonly boolean[] | null {
  if (!hasAscii(packet, 0, "\x05vorbis") || packet.length > MAX_SETUP_BYTES) return null;
  const bits = new BitReader(packet);
  bits.skip(PACKET_TYPE_BYTES * 8);
  const walked =
    repeat(bits, 8, () => skipCodebook(bits)) &&
    repeat(bits, 6, () => bits.read(16) === 0) &&
    repeat(bits, 6, () => skipFloor(bits)) &&
    repeat(bits, 6, () => skipResidue(bits)) &&
    repeat(bits, 6, () => skipMapping(bits, channels));
  if (!walked) return null;
  const longBlockOfMode: boolean[] = [];
  const read = repeat(bits, 6, () => {
    longBlockOfMode.push(bits.flag());
    const windowType = bits.read(16);
    const transformType = bits.read(16);
    bits.skip(8);
    return windowType === 0 && transformType === 0;
  });
  return read && bits.flag() && !bits.overrun ? longBlockOfMode : null;
}

/** A count less one in `countBits`, then so many items; false as soon as one is bad or the packet ends. */
function repeat(bits: BitReader, countBits: number, item: () => boolean): boolean {
  const count = bits.read(countBits) + 1;
  for (let i = 0; i < count; i++) {
    if (!item() || bits.overrun) return false;
  }
  return true;
}

/** Vorbis I, 3.2.1. */
function skipCodebook(bits: BitReader): boolean {
  if (bits.read(24) !== CODEBOOK_SYNC) return false;
  const dimensions = bits.read(16);
  const entries = bits.read(24);
  if (!skipCodewordLengths(bits, entries)) return false;
  const lookupType = bits.read(4);
  if (lookupType === 0) return true;
  if (lookupType > 2) return false;
  bits.skip(64);
  const valueBits = bits.read(4) + 1;
  bits.skip(1);
  const values = lookupType === 1 ? lookup1Values(entries, dimensions) : entries * dimensions;
  bits.skip(values * valueBits);
  return true;
}

function skipCodewordLengths(bits: BitReader, entries: number): boolean {
  if (bits.flag()) {
    bits.skip(5);
    for (let entry = 0; entry < entries; ) {
      const number = bits.read(ilog(entries - entry));
      entry += number;
      // A run of zero entries is legal but gets nowhere; only the end of the packet stops a chain of them.
      if (entry > entries || bits.overrun) return false;
    }
    return true;
  }
  const sparse = bits.flag();
  if (!sparse) {
    bits.skip(5 * entries);
    return !bits.overrun;
  }
  for (let entry = 0; entry < entries; entry++) {
    if (bits.flag()) bits.skip(5);
    if (bits.overrun) return false;
  }
  return true;
}

/** Vorbis I, 6.2.1 and 7.2.2. */
function skipFloor(bits: BitReader): boolean {
  const type = bits.read(16);
  if (type === 0) {
    bits.skip(8 + 16 + 16 + 6 + 8);
    bits.skip(8 * (bits.read(4) + 1));
    return true;
  }
  return type === 1 && skipFloor1(bits);
}

function skipFloor1(bits: BitReader): boolean {
  const classOfPartition: number[] = [];
  const partitions = bits.read(5);
  for (let i = 0; i < partitions; i++) classOfPartition.push(bits.read(4));
  const dimensionsOfClass: number[] = [];
  for (let i = 0; i <= Math.max(-1, ...classOfPartition); i++) {
    dimensionsOfClass.push(bits.read(3) + 1);
    const subclasses = bits.read(2);
    if (subclasses > 0) bits.skip(8);
    bits.skip(8 << subclasses);
  }
  bits.skip(2);
  const rangeBits = bits.read(4);
  for (const index of classOfPartition) bits.skip((dimensionsOfClass[index] ?? 0) * rangeBits);
  return true;
}

/** Vorbis I, 8.6.1. */
function skipResidue(bits: BitReader): boolean {
  if (bits.read(16) > 2) return false;
  bits.skip(24 * 3);
  const classifications = bits.read(6) + 1;
  bits.skip(8);
  let books = 0;
  for (let i = 0; i < classifications; i++) {
    const low = bits.read(3);
    const high = bits.flag() ? bits.read(5) : 0;
    books += onesIn(high * 8 + low);
  }
  bits.skip(8 * books);
  return true;
}

/** Vorbis I, 4.2.4, "mappings". */
function skipMapping(bits: BitReader, channels: number): boolean {
  if (bits.read(16) !== 0) return false;
  const submaps = bits.flag() ? bits.read(4) + 1 : 1;
  if (bits.flag()) bits.skip((bits.read(8) + 1) * 2 * ilog(channels - 1));
  if (bits.read(2) !== 0) return false;
  if (submaps > 1) bits.skip(4 * channels);
  bits.skip(24 * submaps);
  return true;
}

/** The greatest number whose power of `dimensions` is no more than `entries`. Vorbis I, 9.2.3. */
function lookup1Values(entries: number, dimensions: number): number {
  if (dimensions === 0) return 0;
  let root = Math.round(entries ** (1 / dimensions));
  while (root > 0 && root ** dimensions > entries) root--;
  return root;
}

/** Bits needed to write `value`. Vorbis I, 9.2.1. */
function ilog(value: number): number {
  return value <= 0 ? 0 : 32 - Math.clz32(value);
}

function onesIn(value: number): number {
  let ones = 0;
  for (let rest = value; rest > 0; rest >>>= 1) ones += rest & 1;
  return ones;
}
