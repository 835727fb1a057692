import { type Field, type Mapping, mapsAny } from "./mapping.ts";

const TEXTS: readonly (readonly [column: string, from: string, field: Field])[] = [
  ["title", "release_title", "release_title"],
  ["artist_credit", "release_artist", "release_artist"],
  ["release_date", "release_day", "release_date"],
  ["country", "release_country", "release_country"],
  ["barcode", "release_barcode", "barcode"],
  ["release_type", "release_type", "release_type"],
];

const LISTS: readonly (readonly [column: string, from: string, field: Field])[] = [
  ["labels", "release_labels", "label"],
  ["catalogue_numbers", "release_numbers", "catalogue_number"],
  ["identifiers", "release_identifiers", "mbid-release"],
];

/** Whether the rows tell of releases. */
export function hasReleases(mapping: Mapping): boolean {
  return mapsAny(mapping, "release_key", "release_title");
}

/**
 * The releases that the rows of `wideQuery` tell of, by their key. Of rows that differ about a release the least text counts,
 * so that the order of the rows does not. Releases without a key of their own are told apart by their names, and the key is
 * worked out once for each.
 */
export function releaseQuery(mapping: Mapping, from: string): string {
  const isNamed = !mapsAny(mapping, "release_key");
  const name = isNamed ? "release_name" : "release_key";
  const used = (list: typeof TEXTS): typeof TEXTS => list.filter(([, , field]) => mapsAny(mapping, field));
  const texts = used(TEXTS).map(([column, value]) => `, min(${value}) as ${column}`);
  const lists = used(LISTS).map(
    ([column, value]) => `, coalesce(min(${value}) filter (len(${value}) > 0), []) as ${column}`,
  );
  const empty = LISTS.filter((list) => !used(LISTS).includes(list)).map(([column]) => `, [] as ${column}`);
  const credits = mapsAny(mapping, "release_artist")
    ? "case when artist_credit is null then [] else [{'name': artist_credit, 'role': 'main', 'key': null::varchar}] end"
    : "[]";
  return `select * exclude (release_name), ${isNamed ? "md5(release_name)" : "release_name"} as release_key, ${credits} as credits
    from (select ${name} as release_name${[...texts, ...lists, ...empty].join("")}
      from ${from} where ${name} is not null group by ${name}) order by release_key`;
}
