import { LookUp } from "./look-up/look-up.ts";
import { narrowToTrack } from "./look-up/narrow-snapshot.ts";
import { type EntityRef, resolveByIndex, resolveByReading } from "./look-up/resolve-key.ts";
import type { BuildIndexesOptions } from "./search/build-indexes.ts";
import { withIndexes } from "./search/with-indexes.ts";
import { type ShownAlbum, type ShownArtist, showAlbum, showArtist } from "./show-entity.ts";
import { type ShownTrack, showTrackIn } from "./show-track.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import type { Snapshot } from "./store/snapshot-store.ts";

/** Things that a key names and that are shown at most. */
const MAX_SHOWN = 100;

/** What a key names. */
export type Shown =
  | { readonly type: "track"; readonly shown: ShownTrack }
  | { readonly type: "album"; readonly shown: ShownAlbum }
  | { readonly type: "artist"; readonly shown: ShownArtist };

export interface ShowKeyResult {
  readonly shown: readonly Shown[];
  /** Things that the key names in all. */
  readonly total: number;
  /** False when tables were read for want of an index. */
  readonly isIndexed: boolean;
}

/** All that the catalogue knows of what `text` names: a track, album or artist by id, ISRC, MBID, GTIN or `scheme:value`. */
export async function showKey(
  snapshot: Snapshot,
  text: string,
  options: BuildIndexesOptions & { readonly tracks: number },
): Promise<ShowKeyResult> {
  return await withIndexes(snapshot, options, async (isIndexed) => {
    const lookUp = isIndexed ? new LookUp(snapshot) : null;
    try {
      const refs = lookUp ? resolveByIndex(lookUp, text) : await resolve(snapshot, text);
      const shown: Shown[] = [];
      for (const ref of refs.slice(0, MAX_SHOWN))
        shown.push(...(await showRef(snapshot, lookUp, ref, options.tracks)));
      return { shown, total: refs.length, isIndexed };
    } finally {
      lookUp?.close();
    }
  });
}

async function resolve(snapshot: Snapshot, text: string): Promise<EntityRef[]> {
  const database = await openSnapshot(snapshot);
  try {
    return await resolveByReading(database, text);
  } finally {
    database.close();
  }
}

async function showRef(
  snapshot: Snapshot,
  lookUp: LookUp | null,
  { entity, id }: EntityRef,
  tracks: number,
): Promise<Shown[]> {
  if (entity === "album") {
    const shown = await showAlbum(snapshot, id, tracks);
    return shown ? [{ type: "album", shown }] : [];
  }
  if (entity === "artist") {
    const shown = await showArtist(snapshot, id, tracks);
    return shown ? [{ type: "artist", shown }] : [];
  }
  if (entity !== "track") return [];
  const narrowed = lookUp ? await narrowToTrack(snapshot, lookUp, id) : snapshot;
  const shown = narrowed && (await showTrackIn(narrowed, id));
  return shown ? [{ type: "track", shown }] : [];
}
