import type { Mapping } from "./mapping.ts";
import { type Field, mapsAny } from "./mapping-fields.ts";

const TEXTS: readonly (readonly [column: string, field: Field])[] = [
  ["title", "release_title"],
  ["artist_credit", "release_artist"],
  ["release_date", "release_date"],
  ["country", "release_country"],
  ["barcode", "barcode"],
  ["release_type", "release_type"],
];

const LISTS: readonly (readonly [column: string, field: Field])[] = [
  ["labels", "label"],
  ["catalogue_numbers", "catalogue_number"],
  ["identifiers", "mbid-release"],
];

/** The releases of what rows told of them. Of rows that differ about a release the least text counts, so that their order does not. */
export function releaseQuery(mapping: Mapping, from: string): string {
  const isUsed = ([, field]: readonly [string, Field]): boolean => mapsAny(mapping, field);
  const texts = TEXTS.filter(isUsed).map(([column]) => `, min(${column}) as ${column}`);
  const lists = LISTS.map((list) =>
    isUsed(list)
      ? `, coalesce(min(${list[0]}) filter (len(${list[0]}) > 0), []) as ${list[0]}`
      : `, [] as ${list[0]}`,
  );
  const credits = mapsAny(mapping, "release_artist")
    ? "case when artist_credit is null then [] else [{'name': artist_credit, 'role': 'main', 'key': null::varchar}] end"
    : "[]";
  return `select *, ${credits} as credits
    from (select release_key${[...texts, ...lists].join("")} from ${from} group by release_key) order by release_key`;
}
