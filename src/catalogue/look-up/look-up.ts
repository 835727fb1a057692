import { identifierText, keyOfNumber, keyOfText } from "../../formats/index-file/index.ts";
import type { SegmentDescription } from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import type { Entity } from "../store/tables.ts";
import { generationsOf, type KeyPartName, keyParts, segmentsOf } from "./index-parts.ts";
import { KeyFile } from "./key-file.ts";

/** Where the row of a key stands. */
export interface RowPosition {
  readonly segment: SegmentDescription;
  /** From 0, in the segment. */
  readonly row: number;
  /** From 0, through the segments of the generation. */
  readonly ordinal: number;
}

/** Entities of which a later generation can hold newer rows, and whose replaced ids are indexed. */
type Replaceable = "track" | "album" | "artist";

const MAX_MATCHES = 100_000;

/**
 * Keys of a snapshot to ids and rows, by its key files. Generations are asked newest first, and what a later one replaced
 * is passed over. Throws `DamagedIndexError` for files that cannot be used; they are built by `buildIndexes`.
 */
export class LookUp {
  readonly #snapshot: Snapshot;
  readonly #generations: readonly number[];
  readonly #files: Map<string, KeyFile> = new Map();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#generations = generationsOf(snapshot);
    try {
      for (const { name, generation, path, source } of keyParts(snapshot)) {
        this.#files.set(`${generation}/${name}`, new KeyFile(path, source));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The row of a track, or null when there is no such track. */
  trackPosition(trackId: bigint): RowPosition | null {
    for (const generation of this.#generations) {
      const [match] = this.#file("track", generation)?.find(trackId, 1) ?? [];
      if (match && !this.isReplaced("track", trackId, generation)) {
        return positionOf(segmentsOf(this.#snapshot, "track", generation), match.ordinal);
      }
    }
    return null;
  }

  /** The tracks with an ISRC (packed), most popular first within a generation. */
  tracksOfIsrc(isrc: bigint, limit: number = MAX_MATCHES): bigint[] {
    return this.#payloads("isrc", keyOfNumber(isrc), "track", limit);
  }

  /** The entities with a valid identifier other than an ISRC. */
  entitiesOf(entity: Entity, scheme: string, value: string, limit: number = MAX_MATCHES): bigint[] {
    const key = keyOfText(identifierText(entity, scheme, value));
    return this.#payloads("identifier", key, entity, limit);
  }

  /** The dense number of an album or artist, or null when there is none. */
  numberOf(entity: "album" | "artist", id: bigint): number | null {
    for (const generation of this.#generations) {
      const [match] = this.#file(entity, generation)?.find(id, 1) ?? [];
      if (match && !this.isReplaced(entity, id, generation)) return Number(match.payload);
    }
    return null;
  }

  /** ISRCs (packed) of a track beside the one in its row. */
  moreIsrcs(trackId: bigint): bigint[] {
    return this.#generations.flatMap((generation) => {
      if (this.isReplaced("track", trackId, generation)) return [];
      return (this.#file("more-isrcs", generation)?.find(trackId) ?? []).map(({ payload }) => payload);
    });
  }

  /** The segments of `identifier` that have rows of an entity of this id. */
  identifierSegments(id: bigint): SegmentDescription[] {
    const segments = this.#generations.flatMap((generation) =>
      (this.#file("identified", generation)?.find(keyOfNumber(id)) ?? []).map(
        ({ payload }) =>
          positionOf(segmentsOf(this.#snapshot, "identifier", generation), Number(payload))?.segment ?? [],
      ),
    );
    return [...new Set(segments.flat())];
  }

  /** True when a generation after `generation` has newer rows of the entity, or none because it is gone. */
  isReplaced(entity: Entity, id: bigint, generation: number): boolean {
    if (entity === "label") return false;
    return this.#generations.some(
      (later) => later > generation && (this.#file(replaced(entity), later)?.find(id, 1).length ?? 0) > 0,
    );
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #payloads(part: KeyPartName, key: bigint, entity: Entity, limit: number): bigint[] {
    const found = this.#generations.flatMap((generation) =>
      (this.#file(part, generation)?.find(key, limit) ?? [])
        .map(({ payload }) => payload)
        .filter((id) => !this.isReplaced(entity, id, generation)),
    );
    return [...new Set(found)].slice(0, limit);
  }

  #file(part: KeyPartName, generation: number): KeyFile | undefined {
    return this.#files.get(`${generation}/${part}`);
  }
}

function replaced(entity: Replaceable): KeyPartName {
  return `replaced-${entity}`;
}

function positionOf(segments: readonly SegmentDescription[], ordinal: number): RowPosition | null {
  let row = ordinal;
  for (const segment of segments) {
    if (row < segment.rows) return { segment, row, ordinal };
    row -= segment.rows;
  }
  return null;
}
