import { compress, init } from "@bokuweb/zstd-wasm";

/** What `init` has loaded would be in an unknown state if it were called again while something is packed. */
let isLoaded: Promise<void> | null = null;

/** Packs bytes, into memory of their own. */
export type Pack = (bytes: Uint8Array) => Uint8Array;

/** Loads the packer, which is WebAssembly, when it is first asked for. Level 1 to 22. Gives whole frames of zstd (RFC 8878). */
export async function zstdPacker(level: number): Promise<Pack> {
  isLoaded ??= init();
  await isLoaded;
  return (bytes) => compress(bytes, level);
}
