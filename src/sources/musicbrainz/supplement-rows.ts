import type { JsonReader } from "../../formats/json/json-reader.ts";
import { placesOf } from "../../formats/json/reading-plan.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";
import { COUNTED, RATING, type SUPPLEMENTS } from "./documents.ts";

const TAG = placesOf(COUNTED);
const RATED = placesOf(RATING);

/** Places of the members of an entity that are supplements. */
export type SupplementPlaces = { readonly [Name in keyof typeof SUPPLEMENTS]: number };

/** Adds what stands under a licence of its own: tags, genres, the rating and the annotation of an entity. `key` is the node of its id. */
export function addSupplements(
  json: JsonReader,
  file: RowFile,
  entity: string,
  node: number,
  places: SupplementPlaces & { readonly id: number },
): void {
  const { nodes } = json;
  const tags = nodes.member(node, places.tags);
  const genres = nodes.member(node, places.genres);
  const rating = nodes.member(node, places.rating);
  const annotation = nodes.member(node, places.annotation);
  if ((tags | genres | rating | annotation) === 0) return;
  const key = json.text(nodes.member(node, places.id));
  const add = (kind: string, value: string | null, count: number | null): void => {
    if (value !== null) file.add({ entity, key, kind, value, count });
  };
  for (const [kind, list] of [
    ["tag", tags],
    ["genre", genres],
  ] as const) {
    for (let item = nodes.first(list); item !== 0; item = nodes.next(item)) {
      add(kind, json.text(nodes.member(item, TAG.name)), json.whole(nodes.member(item, TAG.count)));
    }
  }
  const value = json.real(nodes.member(rating, RATED.value));
  if (value !== null)
    add("rating", doubleText(value), json.whole(nodes.member(rating, RATED["votes-count"])));
  add("annotation", json.text(annotation) || null, null);
}

/** As the database writes a double: `5.0`. */
function doubleText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
