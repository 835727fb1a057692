import { keyParts, textParts } from "../look-up/index-parts.ts";
import { KeyFile } from "../look-up/key-file.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { MATCHES, searchIndex, type TextHit } from "./search-index.ts";
import { TextIndex } from "./text-index.ts";

/** The open text indexes of a snapshot, one for each generation. */
export class SnapshotSearch {
  readonly #indexes: { readonly index: TextIndex; readonly generation: number }[] = [];
  readonly #replaced: { readonly file: KeyFile; readonly generation: number }[] = [];

  /** Throws `DamagedIndexError` or the system's error when the index is not there whole. */
  constructor(snapshot: Snapshot) {
    try {
      for (const { folder, source, generation } of textParts(snapshot)) {
        this.#indexes.push({ index: new TextIndex(folder, source), generation });
      }
      for (const { name, path, source, generation } of keyParts(snapshot)) {
        if (name === "replaced-track") this.#replaced.push({ file: new KeyFile(path, source), generation });
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The first `limit` live tracks: better matches first, then the more popular. */
  search(text: string, limit: number): TextHit[] {
    const hits = this.#indexes.flatMap(({ index, generation }) => {
      const later = this.#replaced.filter((replaced) => replaced.generation > generation);
      return searchIndex(
        index,
        text,
        limit,
        ({ trackId }) => !later.some(({ file }) => file.find(trackId, 1).length > 0),
      );
    });
    if (this.#indexes.length > 1) hits.sort(compareHits);
    return hits.slice(0, limit);
  }

  close(): void {
    for (const { index } of this.#indexes) index.close();
    for (const { file } of this.#replaced) file.close();
  }
}

/** One search; who has several keeps a `SnapshotSearch` open. */
export function searchSnapshot(snapshot: Snapshot, text: string, limit: number): TextHit[] {
  const search = new SnapshotSearch(snapshot);
  try {
    return search.search(text, limit);
  } finally {
    search.close();
  }
}

function compareHits(a: TextHit, b: TextHit): number {
  return (
    MATCHES.indexOf(a.match) - MATCHES.indexOf(b.match) ||
    (b.popularity ?? -1) - (a.popularity ?? -1) ||
    (a.trackId < b.trackId ? -1 : 1)
  );
}
