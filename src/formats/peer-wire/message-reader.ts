import type { PeerMessage } from "./messages.ts";
import { PeerFault, parseMessage } from "./parse-message.ts";

/** Room for a bitfield of eight million pieces, and for a block of any length that is asked for. */
export const MAX_MESSAGE_BYTES: number = 1024 * 1024 + 64;
const LENGTH_BYTES = 4;

/**
 * Cuts a stream of bytes into messages (BEP 3: four bytes of length, then so many bytes). Holds at most twice what has arrived
 * of one message, whatever length it claims. A message that lies in one chunk is not copied: the bytes in it are good until
 * the next message is taken.
 */
export class MessageReader {
  private readonly maxMessageBytes: number;
  private held = Buffer.alloc(0);
  private heldBytes = 0;

  constructor(maxMessageBytes: number = MAX_MESSAGE_BYTES) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The messages that end in this chunk. Throws `PeerFault` at the first one that may not be. */
  *push(chunk: Buffer): Generator<PeerMessage> {
    let rest = chunk;
    if (this.heldBytes > 0) {
      rest = this.hold(rest, LENGTH_BYTES);
      if (this.heldBytes < LENGTH_BYTES) return;
      const endBytes = this.endOf(this.held);
      rest = this.hold(rest, endBytes);
      if (this.heldBytes < endBytes) return;
      this.heldBytes = 0;
      yield parseMessage(this.held.subarray(LENGTH_BYTES, endBytes));
    }
    while (rest.length >= LENGTH_BYTES) {
      const endBytes = this.endOf(rest);
      if (rest.length < endBytes) break;
      yield parseMessage(rest.subarray(LENGTH_BYTES, endBytes));
      rest = rest.subarray(endBytes);
    }
    this.hold(rest, rest.length);
  }

  private endOf(message: Buffer): number {
    const lengthBytes = message.readUInt32BE(0);
    if (lengthBytes > this.maxMessageBytes) throw new PeerFault(`a message of ${lengthBytes} bytes`);
    return LENGTH_BYTES + lengthBytes;
  }

  /** Takes bytes until `totalBytes` are held, as far as there are so many; gives what is left of them. */
  private hold(bytes: Buffer, totalBytes: number): Buffer {
    const taken = Math.min(bytes.length, Math.max(0, totalBytes - this.heldBytes));
    if (taken === 0) return bytes;
    const needed = this.heldBytes + taken;
    if (needed > this.held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.heldBytes, needed));
      this.held.copy(larger, 0, 0, this.heldBytes);
      this.held = larger;
    }
    bytes.copy(this.held, this.heldBytes, 0, taken);
    this.heldBytes = needed;
    return bytes.subarray(taken);
  }
}
