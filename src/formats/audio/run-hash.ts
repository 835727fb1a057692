import { createHash, type Hash } from "node:crypto";

/**
 * SHA-256 over many small pieces that mostly lie behind each other in one chunk: neighbours are hashed in one
 * call. `flush` must be called before the chunk's memory is used again.
 */
export class RunHash {
  readonly #hash: Hash = createHash("sha256");
  #run: Uint8Array | null = null;
  #hashedBytes = 0;

  update(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hashedBytes += bytes.length;
    const run = this.#run;
    if (run !== null && run.buffer === bytes.buffer && run.byteOffset + run.length === bytes.byteOffset) {
      this.#run = new Uint8Array(run.buffer, run.byteOffset, run.length + bytes.length);
      return;
    }
    this.flush();
    this.#run = bytes;
  }

  flush(): void {
    if (this.#run !== null) this.#hash.update(this.#run);
    this.#run = null;
  }

  get hashedBytes(): number {
    return this.#hashedBytes;
  }

  /** Lower-case hex. Ends the hash. */
  digest(): string {
    this.flush();
    return this.#hash.digest("hex");
  }
}
