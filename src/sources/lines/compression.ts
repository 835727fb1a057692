export type Compression = "none" | "gzip" | "zstd" | "xz" | "bzip2";

/** The program that unpacks a format which Node.js 20 does not, and the Debian package that has it. */
export const UNPACKERS: Readonly<
  Record<"zstd" | "xz" | "bzip2", { readonly program: string; readonly debianPackage: string }>
> = {
  zstd: { program: "zstd", debianPackage: "zstd" },
  xz: { program: "xz", debianPackage: "xz-utils" },
  bzip2: { program: "bzip2", debianPackage: "bzip2" },
};

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]], // RFC 1952, 2.3.1
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]], // RFC 8878, 3.1.1
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], // the .xz file format 1.1, 2.1.1.1
  ["bzip2", [0x42, 0x5a, 0x68]],
];

/** By the first bytes, whatever the name says. */
export function sniffCompression(head: Uint8Array): Compression {
  for (const [compression, magic] of MAGIC) {
    if (magic.every((byte, index) => head[index] === byte)) return compression;
  }
  return "none";
}
