import { z } from "zod";
import type { Database } from "../../core/index.ts";
import type { Entity } from "../store/tables.ts";
import type { LookUp } from "./look-up.ts";
import { parseKey } from "./parse-key.ts";

/** Something of the catalogue. */
export interface EntityRef {
  readonly entity: Entity;
  readonly id: bigint;
}

/** What a text names, by the key files; each once. Labels are found by identifiers only. */
export function resolveByIndex(lookUp: LookUp, text: string): EntityRef[] {
  const found = parseKey(text).flatMap((key): EntityRef[] => {
    if (key.kind === "isrc") return refs("track", lookUp.tracksOfIsrc(key.packed));
    if (key.kind === "identifier")
      return refs(key.entity, lookUp.entitiesOf(key.entity, key.scheme, key.value));
    return [
      ...(lookUp.trackPosition(key.id) ? refs("track", [key.id]) : []),
      ...(lookUp.numberOf("album", key.id) === null ? [] : refs("album", [key.id])),
      ...(lookUp.numberOf("artist", key.id) === null ? [] : refs("artist", [key.id])),
    ];
  });
  return distinct(found);
}

const refRow = z.object({ entity: z.enum(["track", "album", "artist", "label"]), id: z.bigint() });

/** The same by reading the tables: slower the larger they are, and always possible. */
export async function resolveByReading(database: Database, text: string): Promise<EntityRef[]> {
  const found: EntityRef[] = [];
  for (const key of parseKey(text)) {
    const [sql, parameters] = queryOf(key);
    const rows = await database.rows(sql, parameters);
    found.push(...rows.map((row) => refRow.parse(row)));
  }
  return distinct(found);
}

function queryOf(
  key: ReturnType<typeof parseKey>[number],
): [sql: string, parameters: Record<string, string>] {
  if (key.kind === "isrc") {
    return [
      `select 'track' as entity, track_id as id from segment_isrc where isrc = $isrc::ubigint
       order by popularity desc nulls last, track_id`,
      { isrc: `${key.packed}` },
    ];
  }
  if (key.kind === "identifier") {
    return [
      `select entity, entity_id as id from segment_identifier
       where entity = $entity and scheme = $scheme and value = $value order by entity_id`,
      { entity: key.entity, scheme: key.scheme, value: key.value },
    ];
  }
  return [
    `select 'track' as entity, track_id as id from segment_track where track_id = $id::ubigint
     union all select 'album', album_id from segment_album where album_id = $id::ubigint
     union all select 'artist', artist_id from segment_artist where artist_id = $id::ubigint`,
    { id: `${key.id}` },
  ];
}

function refs(entity: Entity, ids: readonly bigint[]): EntityRef[] {
  return ids.map((id) => ({ entity, id }));
}

function distinct(found: readonly EntityRef[]): EntityRef[] {
  return [...new Map(found.map((ref) => [`${ref.entity} ${ref.id}`, ref])).values()];
}
