import { createHash, randomBytes, randomInt } from "node:crypto";
import { Rc4 } from "./rc4.ts";

/** What is said after the handshake goes through these, in place. */
export interface PeerCipher {
  encrypt(bytes: Buffer): void;
  decrypt(bytes: Buffer): void;
}

/** Ways to go on after the encrypted handshake, as bits of `crypto_provide`. */
export const PLAIN = 1;
export const RC4 = 2;

export type EncryptionStep =
  | { readonly kind: "more"; readonly send: Buffer | null }
  | { readonly kind: "failed"; readonly reason: string }
  | {
      readonly kind: "done";
      readonly send: Buffer | null;
      readonly infohash: Buffer;
      /** Null: the rest of the connection is plain. */
      readonly cipher: PeerCipher | null;
      /** What the other side said behind its handshake, decrypted. */
      readonly rest: Buffer;
    };

/** The 768-bit prime of Message Stream Encryption, with the generator 2. */
const PRIME = BigInt(
  "0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd" +
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563",
);
const KEY_BYTES = 96;
const MAX_PAD_BYTES = 512;
const SKIPPED_BYTES = 1024;
const CONSTANT = Buffer.alloc(8);
/** The other side's first words may come with its handshake: that of BEP 3 and a little more. */
const MAX_INITIAL_BYTES = 4096;

/** The number under which an encrypted handshake names a torrent: SHA-1 of `req2` and the infohash, as hex. */
export function torrentNumber(infohash: Buffer): string {
  return sha1("req2", infohash).toString("hex");
}

/** What both sides share: bytes that come in, and the key agreement. */
class Side {
  protected held: Buffer = Buffer.alloc(0);
  /** 160 random bits: what the others take, and enough for a secret that only hides. */
  private readonly exponent = toNumber(randomBytes(20));
  readonly greeting: Buffer;

  constructor() {
    this.greeting = Buffer.concat([toKey(power(2n, this.exponent)), randomPad()]);
  }

  protected secretOf(theirKey: Buffer): Buffer {
    return toKey(power(toNumber(theirKey), this.exponent));
  }

  /** Takes the first bytes that are held. */
  protected taken(bytes: number): Buffer {
    const first = this.held.subarray(0, bytes);
    this.held = this.held.subarray(bytes);
    return first;
  }
}

/** The side that was called (Message Stream Encryption, "B"). */
export class EncryptionResponder extends Side {
  private readonly findInfohash: (number: string) => Buffer | null;
  private readonly ways: number;
  private secret: Buffer | null = null;
  private found: { readonly infohash: Buffer; readonly incoming: Rc4 } | null = null;
  private decryptedBytes = 0;

  /** `ways`: which of `PLAIN` and `RC4` are taken; RC4 when both are offered. `findInfohash` by `torrentNumber`. */
  constructor(findInfohash: (number: string) => Buffer | null, ways: number) {
    super();
    this.findInfohash = findInfohash;
    this.ways = ways;
  }

  push(chunk: Buffer): EncryptionStep {
    this.held = Buffer.concat([this.held, chunk]);
    let send: Buffer | null = null;
    if (this.secret === null) {
      if (this.held.length < KEY_BYTES) return { kind: "more", send };
      const theirKey = this.taken(KEY_BYTES);
      if (!isUsableKey(theirKey)) return failed("has a key that gives the secret away");
      this.secret = this.secretOf(theirKey);
      send = this.greeting;
    }
    if (this.found === null) {
      const marker = sha1("req1", this.secret);
      const at = this.held.indexOf(marker);
      if (at > MAX_PAD_BYTES || (at < 0 && this.held.length > MAX_PAD_BYTES + marker.length)) {
        return failed("begins with neither a handshake nor an encrypted one");
      }
      if (at < 0 || this.held.length < at + 40) return { kind: "more", send };
      this.taken(at + 20);
      const number = xored(this.taken(20), sha1("req3", this.secret)).toString("hex");
      const infohash = this.findInfohash(number);
      if (infohash === null) return failed("asks for a torrent that is not here");
      this.found = { infohash, incoming: new Rc4(sha1("keyA", this.secret, infohash), SKIPPED_BYTES) };
    }
    return this.finish(this.secret, this.found, send);
  }

  private finish(
    secret: Buffer,
    { infohash, incoming }: { readonly infohash: Buffer; readonly incoming: Rc4 },
    send: Buffer | null,
  ): EncryptionStep {
    // VC, crypto_provide, len(PadC), PadC, len(IA), IA: decrypted as it comes.
    incoming.apply(this.held.subarray(this.decryptedBytes));
    this.decryptedBytes = this.held.length;
    if (this.held.length < 14) return { kind: "more", send };
    if (!this.held.subarray(0, 8).equals(CONSTANT)) return failed("does not know the secret");
    const offered = this.held.readUInt32BE(8);
    const padBytes = this.held.readUInt16BE(12);
    if (padBytes > MAX_PAD_BYTES) return failed("pads too much");
    if (this.held.length < 16 + padBytes) return { kind: "more", send };
    const initialBytes = this.held.readUInt16BE(14 + padBytes);
    if (initialBytes > MAX_INITIAL_BYTES) return failed("says too much at once");
    const end = 16 + padBytes + initialBytes;
    if (this.held.length < end) return { kind: "more", send };
    const way = [RC4, PLAIN].find((one) => (offered & this.ways & one) !== 0);
    if (way === undefined) return failed("offers no way that is taken here");
    const outgoing = new Rc4(sha1("keyB", secret, infohash), SKIPPED_BYTES);
    const answer = Buffer.concat([CONSTANT, uint32(way), Buffer.alloc(2)]);
    outgoing.apply(answer);
    const rest = Buffer.from(this.held.subarray(16 + padBytes));
    // Behind IA nothing is encrypted any more when the way is plain; what came of it was decrypted too soon.
    if (way === PLAIN && this.held.length > end) return failed("speaks before it has an answer");
    return {
      kind: "done",
      send: send === null ? answer : Buffer.concat([send, answer]),
      infohash,
      cipher: way === RC4 ? cipherOf(incoming, outgoing) : null,
      rest,
    };
  }
}

/** The side that calls (Message Stream Encryption, "A"). Send `greeting` first. */
export class EncryptionInitiator extends Side {
  private readonly infohash: Buffer;
  private readonly ways: number;
  private readonly initial: Buffer;
  private ciphers: { readonly incoming: Rc4; readonly outgoing: Rc4 } | null = null;
  private foundAt: number | null = null;

  /** `initial` goes with the handshake, encrypted: our handshake of BEP 3. */
  constructor(infohash: Buffer, ways: number, initial: Buffer) {
    super();
    this.infohash = infohash;
    this.ways = ways;
    this.initial = initial;
  }

  push(chunk: Buffer): EncryptionStep {
    this.held = Buffer.concat([this.held, chunk]);
    let send: Buffer | null = null;
    if (this.ciphers === null) {
      if (this.held.length < KEY_BYTES) return { kind: "more", send };
      const theirKey = this.taken(KEY_BYTES);
      if (!isUsableKey(theirKey)) return failed("has a key that gives the secret away");
      const secret = this.secretOf(theirKey);
      const outgoing = new Rc4(sha1("keyA", secret, this.infohash), SKIPPED_BYTES);
      const incoming = new Rc4(sha1("keyB", secret, this.infohash), SKIPPED_BYTES);
      this.ciphers = { incoming, outgoing };
      const said = Buffer.concat([
        CONSTANT,
        uint32(this.ways),
        Buffer.alloc(2),
        uint16(this.initial.length),
        this.initial,
      ]);
      outgoing.apply(said);
      const number = xored(Buffer.from(torrentNumber(this.infohash), "hex"), sha1("req3", secret));
      send = Buffer.concat([sha1("req1", secret), number, said]);
    }
    return this.finish(this.ciphers, send);
  }

  private finish(
    { incoming, outgoing }: { readonly incoming: Rc4; readonly outgoing: Rc4 },
    send: Buffer | null,
  ): EncryptionStep {
    if (this.foundAt === null) {
      // Their pad ends where eight encrypted zeros stand: eight bytes of the key stream.
      if (this.held.length < CONSTANT.length) return { kind: "more", send };
      this.marker ??= keyStream(incoming, CONSTANT.length);
      const at = this.held.indexOf(this.marker);
      if (at > MAX_PAD_BYTES || (at < 0 && this.held.length > MAX_PAD_BYTES + CONSTANT.length)) {
        return failed("does not know the secret");
      }
      if (at < 0) return { kind: "more", send };
      this.taken(at + CONSTANT.length);
      this.foundAt = at;
    }
    if (this.selected === null) {
      if (this.held.length < 6) return { kind: "more", send };
      const head = Buffer.from(this.taken(6));
      incoming.apply(head);
      const way = head.readUInt32BE(0);
      const padBytes = head.readUInt16BE(4);
      if ((way !== PLAIN && way !== RC4) || (way & this.ways) === 0)
        return failed("takes a way that was not offered");
      if (padBytes > MAX_PAD_BYTES) return failed("pads too much");
      this.selected = { way, padBytes };
    }
    const { way, padBytes } = this.selected;
    if (this.held.length < padBytes) return { kind: "more", send };
    incoming.apply(Buffer.from(this.taken(padBytes)));
    const rest = Buffer.from(this.held);
    if (way === RC4) incoming.apply(rest);
    const cipher = way === RC4 ? cipherOf(incoming, outgoing) : null;
    return { kind: "done", send, infohash: this.infohash, cipher, rest };
  }

  private marker: Buffer | undefined;
  private selected: { readonly way: number; readonly padBytes: number } | null = null;
}

function cipherOf(incoming: Rc4, outgoing: Rc4): PeerCipher {
  return { encrypt: (bytes) => outgoing.apply(bytes), decrypt: (bytes) => incoming.apply(bytes) };
}

/** 0, 1 and p-1 make a secret that everybody knows. */
function isUsableKey(key: Buffer): boolean {
  const number = toNumber(key);
  return number > 1n && number < PRIME - 1n;
}

/** `base` to the `exponent`, modulo the prime: a third of a millisecond, a hundredth of what OpenSSL takes to trust the prime. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % PRIME;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

function toKey(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * KEY_BYTES, "0"), "hex");
}

function keyStream(rc4: Rc4, bytes: number): Buffer {
  const stream = Buffer.alloc(bytes);
  rc4.apply(stream);
  return stream;
}

function sha1(word: string, ...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha1").update(word);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function randomPad(): Buffer {
  return randomBytes(randomInt(MAX_PAD_BYTES + 1));
}

function xored(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function uint16(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(number);
  return bytes;
}

function failed(reason: string): EncryptionStep {
  return { kind: "failed", reason };
}
