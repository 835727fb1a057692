import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const READ_BYTES = 1 << 20;

/** The SHA-256 of a file in hexadecimal. It is read into the same memory again and again: new memory takes as long as the hash. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path);
  try {
    const memory = Buffer.allocUnsafeSlow(READ_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, READ_BYTES, null);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(memory.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
