import { Encoder } from "@toondepauw/node-zstd";

/** Packs bytes, into memory of their own. */
export type Pack = (bytes: Uint8Array) => Uint8Array;

/** Packs into whole frames of zstd (RFC 8878), which do not say how long their content is. Level 1 to 22. */
export function zstdPacker(level: number): Pack {
  const encoder = new Encoder(level);
  return (bytes) => encoder.encodeSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
