import { MAX_BATCH_BYTES } from "./upload-queue.ts";

/** Most buffers that are kept for the next batch: 16 MiB. */
const MOST_KEPT = 64;

/** Memory for what is read from disk and written to a socket, used again as soon as the socket is done with it. */
export class BatchBuffers {
  private readonly free: Buffer[] = [];

  take(bytes: number): Buffer {
    if (bytes > MAX_BATCH_BYTES) return Buffer.allocUnsafeSlow(bytes);
    return (this.free.pop() ?? Buffer.allocUnsafeSlow(MAX_BATCH_BYTES)).subarray(0, bytes);
  }

  give(buffer: Buffer): void {
    const whole = Buffer.from(buffer.buffer);
    if (whole.length === MAX_BATCH_BYTES && this.free.length < MOST_KEPT) this.free.push(whole);
  }
}
