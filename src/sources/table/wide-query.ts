import { sqlName, sqlText } from "../../core/database.ts";
import { CREDIT_FIELDS, columnsOf, FEATURE_NAMES, type Field, type Mapping } from "./mapping.ts";

/**
 * SQL that turns rows of text into typed ones: all columns of `tracks` but its id, `release_…` of its release, `reason`
 * why the row is refused (null for most) and `sample` of such a row. `line` is an expression for where the row stands.
 */
export function wideQuery(
  mapping: Mapping,
  columns: readonly string[],
  relation: string,
  line: string,
): string {
  const { value, faults } = expressions(mapping, columns);
  const reason = `case ${faults.map(({ test, message }) => `when ${test} then ${message}`).join(" ")} end`;
  const all = columns.map((column) => sqlName(column)).join(", ");
  const selected = Object.entries(value).map(([name, sql]) => `${sql} as ${name}`);
  return `select ${selected.join(", ")}, ${reason} as reason,
    case when reason is not null then left(concat_ws(' | ', ${all}), 200) end as sample, ${line} as line
    from ${relation}`;
}

export function hasReleases(mapping: Mapping): boolean {
  return (["release_key", "release_title"] as const).some((field) => columnsOf(mapping, field).length > 0);
}

interface Fault {
  readonly test: string;
  readonly message: string;
}

function expressions(
  mapping: Mapping,
  columns: readonly string[],
): { readonly value: Record<string, string>; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const text = (field: Field): string => {
    const [column] = columnsOf(mapping, field);
    return column === undefined ? "null::varchar" : `nullif(trim(${sqlName(column.name)}), '')`;
  };
  /** `sql` over the text `x`: null is a fault where there is text. */
  const typed = (field: Field, type: string, sql: (x: string) => string, what: string): string => {
    const [column] = columnsOf(mapping, field);
    if (column === undefined) return `null::${type}`;
    const x = text(field);
    faults.push({
      test: `${x} is not null and ${sql(x)} is null`,
      message: `${sqlText(`column "${column.name}": "`)} || left(${x}, 40) || ${sqlText(`" is ${what}`)}`,
    });
    return sql(x);
  };
  const whole = (field: Field, type: string, max: number): string =>
    typed(
      field,
      type,
      (x) =>
        `case when regexp_full_match(${x}, '[0-9]{1,15}(\\.0+)?') and try_cast(${x} as double) <= ${max} then try_cast(${x} as double)::${type} end`,
      "no whole number in range",
    );
  const key = keyExpression(mapping, columns, text);
  const main = names(mapping, "artist");
  const value = {
    key,
    status: "'track'",
    release_key: releaseKey(mapping, text),
    disc_no: whole("disc_no", "integer", 65_535),
    track_no: whole("track_no", "integer", 65_535),
    title: text("title"),
    artist_credit: `coalesce(${text("artist_credit")}, nullif(array_to_string(${main}, ', '), ''))`,
    credits: credits(mapping),
    duration_ms: typed("duration", "bigint", durationSql(mapping), "no duration in the unit of the mapping"),
    isrcs: names(mapping, "isrc"),
    identifiers: identifierList([["mbid-recording", text("mbid-recording")]]),
    release_date: hasReleases(mapping) ? "null::varchar" : text("release_date"),
    explicit: typed(
      "explicit",
      "boolean",
      (x) =>
        `case when lower(${x}) in ('true', 't', '1', 'yes', 'y', 'explicit') then true when lower(${x}) in ('false', 'f', '0', 'no', 'n', 'clean') then false end`,
      "neither true nor false",
    ),
    language: text("language"),
    genres: names(mapping, "genre"),
    market_count: whole("market_count", "integer", 65_535),
    plays: whole("plays", "bigint", 9e15),
    features: features(mapping, typed),
    licence: text("licence"),
    url: text("url"),
    release_title: text("release_title"),
    release_artist: text("release_artist"),
    release_day: hasReleases(mapping) ? text("release_date") : "null::varchar",
    release_type: text("release_type"),
    release_country: text("release_country"),
    release_barcode: text("barcode"),
    release_labels: names(mapping, "label"),
    release_numbers: names(mapping, "catalogue_number"),
    release_identifiers: identifierList([["mbid-release", text("mbid-release")]]),
  };
  faults.unshift({ test: `${key} is null`, message: "'nothing names the track'" });
  const mapped = Object.entries(mapping.columns).flatMap(([name, { field }]) =>
    field === null ? [] : [sqlName(name)],
  );
  faults.push({ test: `contains(concat(${mapped.join(", ")}), chr(0))`, message: "'a NUL in the text'" });
  return { value, faults };
}

/** The key; without one the recording's MBID or the first ISRC; without these the whole row. */
function keyExpression(mapping: Mapping, columns: readonly string[], text: (field: Field) => string): string {
  for (const field of ["key", "mbid-recording", "isrc"] as const) {
    if (columnsOf(mapping, field).length > 0) return text(field);
  }
  return `md5(concat_ws(chr(31), ${columns.map((column) => `coalesce(${sqlName(column)}, '')`).join(", ")}))`;
}

function releaseKey(mapping: Mapping, text: (field: Field) => string): string {
  if (!hasReleases(mapping)) return "null::varchar";
  const title = text("release_title");
  const named = `case when ${title} is not null then md5(lower(concat_ws(chr(31), coalesce(${text("release_artist")}, ''), ${title}))) end`;
  return columnsOf(mapping, "release_key").length > 0 ? text("release_key") : named;
}

/** All texts of the columns of a field: parted where the mapping says how, or where the value is a JSON list. */
function names(mapping: Mapping, field: Field): string {
  const lists = columnsOf(mapping, field).map(({ name, separator }) => {
    const x = sqlName(name);
    const plain = separator === null ? `[${x}]` : `string_split(${x}, ${sqlText(separator)})`;
    if (mapping.reader.kind === "csv") return plain;
    return `case when ${x} like '[%' and try_cast(${x} as json) is not null then from_json(${x}, '["VARCHAR"]') else ${plain} end`;
  });
  if (lists.length === 0) return "[]::varchar[]";
  const all = lists.length === 1 ? (lists[0] ?? "") : `list_concat(${lists.join(", ")})`;
  return `list_filter(list_transform(coalesce(${all}, []::varchar[]), lambda n: trim(n)), lambda n: n is not null and n <> '')`;
}

function credits(mapping: Mapping): string {
  const lists = CREDIT_FIELDS.filter((field) => columnsOf(mapping, field).length > 0).map((field) => {
    const role = field === "artist" ? "main" : field;
    return `list_transform(${names(mapping, field)}, lambda n: {'name': n, 'role': ${sqlText(role)}, 'key': null::varchar})`;
  });
  const type = "STRUCT(name VARCHAR, role VARCHAR, key VARCHAR)[]";
  if (lists.length === 0) return `[]::${type}`;
  return `${lists.length === 1 ? lists[0] : `list_concat(${lists.join(", ")})`}::${type}`;
}

function identifierList(pairs: readonly (readonly [scheme: string, sql: string])[]): string {
  const type = "STRUCT(scheme VARCHAR, value VARCHAR)[]";
  const used = pairs.filter(([, sql]) => sql !== "null::varchar");
  if (used.length === 0) return `[]::${type}`;
  const all = used.map(([scheme, sql]) => `{'scheme': ${sqlText(scheme)}, 'value': ${sql}}`).join(", ");
  return `list_filter([${all}], lambda i: i.value is not null)::${type}`;
}

function features(
  mapping: Mapping,
  typed: (field: Field, type: string, sql: (x: string) => string, what: string) => string,
): string {
  const type = "STRUCT(name VARCHAR, value DOUBLE)[]";
  const used = FEATURE_NAMES.filter((name) => columnsOf(mapping, `feature:${name}`).length > 0);
  if (used.length === 0) return `[]::${type}`;
  const all = used.map((name) => {
    const value = typed(
      `feature:${name}`,
      "double",
      (x) => `case when isfinite(try_cast(${x} as double)) then try_cast(${x} as double) end`,
      "no number",
    );
    return `{'name': ${sqlText(name)}, 'value': ${value}}`;
  });
  return `list_filter([${all.join(", ")}], lambda f: f.value is not null)::${type}`;
}

const DAY_MS = 86_400_000;

function durationSql(mapping: Mapping): (x: string) => string {
  const unit = Object.values(mapping.columns).find(({ field }) => field === "duration")?.unit ?? "ms";
  if (unit === "m:ss") {
    const parts = (x: string): string =>
      `list_reduce(list_transform(string_split(${x}, ':'), lambda p: try_cast(p as double)), lambda a, b: a * 60 + b)`;
    return (x) =>
      `case when regexp_full_match(${x}, '([0-9]{1,2}:)?[0-9]{1,3}:[0-5][0-9](\\.[0-9]+)?') then round(${parts(x)} * 1000)::bigint end`;
  }
  const factor = unit === "s" ? 1000 : 1;
  return (x) =>
    `case when try_cast(${x} as double) * ${factor} between 0 and ${DAY_MS} then round(try_cast(${x} as double) * ${factor})::bigint end`;
}
