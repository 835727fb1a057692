import { createCipheriv } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

/** Bytes that no compression and no hole can make cheap. */
export function writeNoise(path: string, sizeBytes: number): void {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16));
  const file = openSync(path, "w");
  const zeros = Buffer.alloc(1 << 20);
  for (let written = 0; written < sizeBytes; written += zeros.length) {
    writeSync(file, cipher.update(zeros.subarray(0, Math.min(zeros.length, sizeBytes - written))));
  }
  closeSync(file);
}
