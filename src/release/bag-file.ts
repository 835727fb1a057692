import type { HashedFile } from "../formats/torrent/piece-hasher.ts";

/** A file of a bag that is being made: where it will stand, and everything that was learnt when it was written. */
export interface BagFile {
  /** In the bag, `/` between names. */
  readonly path: string;
  readonly hashed: HashedFile;
  /** Small files are kept, so that they can be hashed as part of the v1 stream; null for those that fill whole pieces. */
  readonly bytes: Buffer | null;
}

/** Bytewise by path, as manifests and torrents list files. */
export function sortByPath<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  return files
    .map((file) => ({ file, key: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ file }) => file);
}
