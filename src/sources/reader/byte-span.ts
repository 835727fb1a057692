import { readSync } from "node:fs";

/** Bytes that can be read at any place, as far as they can be reached at all. */
export interface ByteSpan {
  readonly sizeBytes: number;
  /** Fills `target` from `position`; fewer bytes only at the end. Throws `BeyondReachError`. */
  read(target: Uint8Array, position: number): number;
}

/** The bytes are there, but not to be had without reading everything before them. */
export class BeyondReachError extends Error {}

/** A part of an open file: the file itself, or a stored member of a container. */
export function fileSpan(fd: number, startBytes: number, sizeBytes: number): ByteSpan {
  return {
    sizeBytes,
    read(target, position) {
      const wanted = Math.max(0, Math.min(target.length, sizeBytes - position));
      let done = 0;
      while (done < wanted) {
        const bytes = readSync(fd, target, done, wanted - done, startBytes + position + done);
        if (bytes === 0) break;
        done += bytes;
      }
      return done;
    },
  };
}

/** The first and the last bytes of something that was read once, from end to end. */
export function sparseSpan(head: Uint8Array, tail: Uint8Array, sizeBytes: number): ByteSpan {
  const tailStart = sizeBytes - tail.length;
  return {
    sizeBytes,
    read(target, position) {
      const end = Math.min(position + target.length, sizeBytes);
      if (position >= end) return 0;
      if (end <= head.length) target.set(head.subarray(position, end));
      else if (position >= tailStart) target.set(tail.subarray(position - tailStart, end - tailStart));
      else throw new BeyondReachError("neither in the first nor in the last bytes");
      return end - position;
    },
  };
}

/** `length` bytes from `position`, fewer at the end. */
export function readSpan(span: ByteSpan, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, span.sizeBytes - position)));
  return buffer.subarray(0, span.read(buffer, position));
}
