import { createHash, type Hash } from "node:crypto";

/** Names the definition below in reports, so that a later one can stand beside it. */
export const OGG_PAYLOAD_METHOD = "ogg-packets-1";

const LENGTH_BYTES = 8;
const STAGED_LENGTHS = 4096;

/**
 * The identity of the packets of an audio stream: it does not change when comments are edited or when the
 * same packets are cut into other pages.
 *
 * Method `ogg-packets-1`: payload = SHA-256(B ‖ L), where
 *   B = SHA-256 of the bytes of all counted packets, one after the other;
 *   L = SHA-256 of their lengths in bytes, each as an unsigned 64-bit big-endian number.
 * Two digests instead of a length before each packet, because a packet's bytes come before its length is
 * known, and because packets of a page that follow each other can then be hashed in one call.
 */
export class OggPayloadDigest {
  readonly #bytes: Hash = createHash("sha256");
  readonly #lengths: Hash = createHash("sha256");
  readonly #staged: DataView = new DataView(new ArrayBuffer(STAGED_LENGTHS * LENGTH_BYTES));
  #stagedBytes = 0;

  /** Bytes of counted packets, in order, in pieces of any size. */
  update(bytes: Uint8Array): void {
    this.#bytes.update(bytes);
  }

  /** Ends a counted packet of `lengthBytes`. */
  endPacket(lengthBytes: number): void {
    this.#staged.setUint32(this.#stagedBytes, Math.floor(lengthBytes / 0x1_0000_0000));
    this.#staged.setUint32(this.#stagedBytes + 4, lengthBytes % 0x1_0000_0000);
    this.#stagedBytes += LENGTH_BYTES;
    if (this.#stagedBytes === this.#staged.byteLength) this.#flushLengths();
  }

  /** Lower-case hex. Ends the digest. */
  digest(): string {
    this.#flushLengths();
    return createHash("sha256").update(this.#bytes.digest()).update(this.#lengths.digest()).digest("hex");
  }

  #flushLengths(): void {
    this.#lengths.update(new Uint8Array(this.#staged.buffer, 0, this.#stagedBytes));
    this.#stagedBytes = 0;
  }
}
