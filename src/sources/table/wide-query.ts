import { sqlName, sqlText } from "../../core/database.ts";
import { CREDIT_FIELDS, columnsOf, FEATURE_NAMES, type Field, type Mapping, mapsAny } from "./mapping.ts";
import { hasReleases } from "./release-query.ts";

/**
 * SQL that turns rows of text into typed ones: all columns of `tracks` but its id, `release_…` of its release, `reason`
 * why the row is refused (null for most) and `sample` of such a row. `line` is an expression for where the row stands.
 * The database does not share what several columns are made of, so it comes in steps: texts (`t0` …), numbers (`n0` …),
 * values, reasons; each is worked out once for a row. `mayHaveNul` false leaves out the look for a NUL in each text.
 */
export function wideQuery(
  mapping: Mapping,
  columns: readonly string[],
  relation: string,
  line: string,
  mayHaveNul = true,
): string {
  const { value, faults } = expressions(mapping, columns, mayHaveNul);
  const reason = `case ${faults.map(({ test, message }) => `when ${test} then ${message}`).join(" ")} end`;
  const raw = columns.map((name, index) => `${sqlName(name)} as deadwax_c${index}`);
  const texts = columns.map((name, index) => `${trimmed(sqlName(name))} as deadwax_t${index}`);
  const numbers = columns.flatMap((name, index) =>
    isNumber(mapping, name) ? [`, try_cast(deadwax_t${index} as double) as deadwax_n${index}`] : [],
  );
  const values = Object.entries(value).map(([name, sql]) => `${sql} as deadwax_${name}`);
  const selected = Object.keys(value).map((name) => `deadwax_${name} as ${name}`);
  return `select ${selected.join(", ")}, deadwax_reason as reason,
    case when deadwax_reason is not null then left(concat_ws(' | ', ${rawColumns(columns)}), 200) end as sample, deadwax_row as line
    from (select *, ${reason} as deadwax_reason
      from (select *, ${values.join(", ")}
        from (select *${numbers.join("")}
          from (select ${[...raw, ...texts].join(", ")}, ${line} as deadwax_row from ${relation}))))`;
}

/** Trimming looks at every character: only what may begin or end with a space that Unicode knows is trimmed. */
function trimmed(x: string): string {
  const isTrim = `${x} between '!' and '~' and ${x} not like '% ' and strlen(${x}) = length(${x})`;
  return `case when ${isTrim} then ${x} else nullif(trim(${x}), '') end`;
}

function rawColumns(columns: readonly string[]): string {
  return columns.map((_, index) => `deadwax_c${index}`).join(", ");
}

interface Fault {
  readonly test: string;
  readonly message: string;
}

// No list with `in`: the database makes a join of it, which loses the order of the rows.
const TRUTHS = ["true", "t", "1", "yes", "y", "explicit"] as const;
const LIES = ["false", "f", "0", "no", "n", "clean"] as const;

function truthSql(x: string): string {
  const whens = [
    ...TRUTHS.map((word) => `'${word}' then true`),
    ...LIES.map((word) => `'${word}' then false`),
  ];
  return `case ${x} ${whens.map((when) => `when ${when}`).join(" ")} end`;
}

function isNumber(mapping: Mapping, name: string): boolean {
  const column = mapping.columns[name];
  const field = column?.field ?? "";
  if (field === "duration") return column?.unit !== "m:ss";
  return WHOLE_FIELDS.has(field) || field.startsWith("feature:");
}

const WHOLE_FIELDS: ReadonlySet<string> = new Set(["disc_no", "track_no", "market_count", "plays"]);

function expressions(
  mapping: Mapping,
  columns: readonly string[],
  mayHaveNul: boolean,
): { readonly value: Record<string, string>; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const typedNames = new Set<string>();
  const text = (field: Field): string => {
    const [column] = columnsOf(mapping, field);
    return column === undefined ? "null::varchar" : `deadwax_t${columns.indexOf(column.name)}`;
  };
  /** A value, that comes out as `result`, from the text `x` and, where it is one, its number `n`: null is a fault where there is text. */
  const typed = (
    field: Field,
    type: string,
    sql: (x: string, n: string) => string,
    what: string,
    result: string | null = null,
  ): string => {
    const [column] = columnsOf(mapping, field);
    if (column === undefined) return `null::${type}`;
    const index = columns.indexOf(column.name);
    const x = `deadwax_t${index}`;
    typedNames.add(column.name);
    faults.push({
      test: `${x} is not null and ${result === null ? sql(x, `deadwax_n${index}`) : `deadwax_${result}`} is null`,
      message: `${sqlText(`column "${column.name}": "`)} || left(${x}, 40) || ${sqlText(`" is ${what}`)}`,
    });
    return sql(x, `deadwax_n${index}`);
  };
  const whole = (field: Field, type: string, max: number): string =>
    typed(
      field,
      type,
      (x, n) =>
        `case when ${n} between 0 and ${max} then case when ${n}::bigint::varchar = ${x} then ${n}::${type} when regexp_full_match(${x}, '[0-9]{1,15}(\\.0+)?') then ${n}::${type} end end`,
      "no whole number in range",
      field,
    );
  const key = keyExpression(mapping, columns, text);
  const lists = (field: Field): string => names(mapping, columns, field);
  const onlyArtist = mapping.reader.kind === "csv" && columnsOf(mapping, "artist").every(isPlain);
  const main =
    onlyArtist && columnsOf(mapping, "artist").length === 1
      ? text("artist")
      : `nullif(array_to_string(${lists("artist")}, ', '), '')`;
  const value = {
    key,
    status: "'track'",
    release_key: releaseKey(mapping, text),
    disc_no: whole("disc_no", "integer", 65_535),
    track_no: whole("track_no", "integer", 65_535),
    title: text("title"),
    artist_credit: `coalesce(${text("artist_credit")}, ${main})`,
    credits: credits(mapping, lists),
    duration_ms: typed(
      "duration",
      "bigint",
      durationSql(mapping),
      "no duration in the unit of the mapping",
      "duration_ms",
    ),
    isrcs: lists("isrc"),
    identifiers: identifierList([["mbid-recording", text("mbid-recording")]]),
    release_date: hasReleases(mapping) ? "null::varchar" : text("release_date"),
    explicit: typed(
      "explicit",
      "boolean",
      (x) => `case ${x} when 'true' then true when 'false' then false else ${truthSql(`lower(${x})`)} end`,
      "neither true nor false",
      "explicit",
    ),
    language: text("language"),
    genres: lists("genre"),
    market_count: whole("market_count", "integer", 65_535),
    plays: whole("plays", "bigint", 9e15),
    features: features(mapping, typed),
    licence: text("licence"),
    url: text("url"),
    release_name: releaseName(mapping, text),
    release_title: text("release_title"),
    release_artist: text("release_artist"),
    release_day: hasReleases(mapping) ? text("release_date") : "null::varchar",
    release_type: text("release_type"),
    release_country: text("release_country"),
    release_barcode: text("barcode"),
    release_labels: lists("label"),
    release_numbers: lists("catalogue_number"),
    release_identifiers: identifierList([["mbid-release", text("mbid-release")]]),
  };
  faults.unshift({ test: "deadwax_key is null", message: "'nothing names the track'" });
  // What became a number or a truth had no NUL in it.
  const nul = columns.flatMap((name, index) =>
    (mapping.columns[name]?.field ?? null) === null || typedNames.has(name)
      ? []
      : [`contains(deadwax_t${index}, chr(0))`],
  );
  if (mayHaveNul && nul.length > 0) faults.push({ test: nul.join(" or "), message: "'a NUL in the text'" });
  return { value, faults };
}

/** The key; without one the recording's MBID or the first ISRC; without these the whole row. */
function keyExpression(mapping: Mapping, columns: readonly string[], text: (field: Field) => string): string {
  for (const field of ["key", "mbid-recording", "isrc"] as const) {
    if (mapsAny(mapping, field)) return text(field);
  }
  return `md5(concat_ws(chr(31), ${columns.map((_, index) => `coalesce(deadwax_c${index}, '')`).join(", ")}))`;
}

function releaseKey(mapping: Mapping, text: (field: Field) => string): string {
  if (mapsAny(mapping, "release_key")) return text("release_key");
  return hasReleases(mapping) ? `md5(${releaseName(mapping, text)})` : "null::varchar";
}

/** What tells a release without a key of its own from others. */
function releaseName(mapping: Mapping, text: (field: Field) => string): string {
  if (!mapsAny(mapping, "release_title") || mapsAny(mapping, "release_key")) return "null::varchar";
  const artist = mapsAny(mapping, "release_artist") ? `coalesce(${text("release_artist")}, '')` : "''";
  return `lower(${artist} || chr(31) || ${text("release_title")})`;
}

function isPlain({ separator }: { readonly separator: string | null }): boolean {
  return separator === null;
}

/** All texts of the columns of a field: parted where the mapping says how, or where the value is a JSON list. */
function names(mapping: Mapping, columns: readonly string[], field: Field): string {
  const lists = columnsOf(mapping, field).map(({ name, separator }) => {
    const x = `deadwax_t${columns.indexOf(name)}`;
    const isCsv = mapping.reader.kind === "csv";
    const whole = `case when ${x} is null then []::varchar[]`;
    const several = [
      ...(separator === null ? [] : [`contains(${x}, ${sqlText(separator)})`]),
      ...(isCsv ? [] : [`starts_with(${x}, '[')`]),
    ];
    if (several.length === 0) return `${whole} else [${x}] end`;
    const parted = separator === null ? `[${x}]` : `string_split(${x}, ${sqlText(separator)})`;
    const all = isCsv
      ? parted
      : `case when ${x} like '[%' and try_cast(${x} as json) is not null then from_json(${x}, '["VARCHAR"]') else ${parted} end`;
    return `${whole} when not (${several.join(" or ")}) then [${x}] else list_filter(list_transform(coalesce(${all}, []::varchar[]), lambda n: trim(n)), lambda n: n is not null and n <> '') end`;
  });
  if (lists.length === 0) return "[]::varchar[]";
  return lists.length === 1 ? (lists[0] ?? "") : `list_concat(${lists.join(", ")})`;
}

function credits(mapping: Mapping, lists: (field: Field) => string): string {
  const all = CREDIT_FIELDS.filter((field) => mapsAny(mapping, field)).map((field) => {
    const role = field === "artist" ? "main" : field;
    return `list_transform(${lists(field)}, lambda n: {'name': n, 'role': ${sqlText(role)}, 'key': null::varchar})`;
  });
  const type = "STRUCT(name VARCHAR, role VARCHAR, key VARCHAR)[]";
  if (all.length === 0) return `[]::${type}`;
  return `${all.length === 1 ? all[0] : `list_concat(${all.join(", ")})`}::${type}`;
}

function identifierList(pairs: readonly (readonly [scheme: string, sql: string])[]): string {
  const type = "STRUCT(scheme VARCHAR, value VARCHAR)[]";
  const used = pairs.filter(([, sql]) => sql !== "null::varchar");
  if (used.length === 0) return `[]::${type}`;
  const all = used.map(([scheme, sql]) => `{'scheme': ${sqlText(scheme)}, 'value': ${sql}}`).join(", ");
  const present = used.map(([, sql]) => `${sql} is not null`).join(" and ");
  return `case when ${present} then [${all}] else list_filter([${all}], lambda i: i.value is not null) end::${type}`;
}

function features(
  mapping: Mapping,
  typed: (field: Field, type: string, sql: (x: string, n: string) => string, what: string) => string,
): string {
  const type = "STRUCT(name VARCHAR, value DOUBLE)[]";
  const used = FEATURE_NAMES.filter((name) => mapsAny(mapping, `feature:${name}`));
  if (used.length === 0) return `[]::${type}`;
  const values = used.map((name) =>
    typed(`feature:${name}`, "double", (_, n) => `case when isfinite(${n}) then ${n} end`, "no number"),
  );
  const all = used.map((name, index) => `{'name': ${sqlText(name)}, 'value': ${values[index]}}`).join(", ");
  const present = values.map((value) => `(${value}) is not null`).join(" and ");
  return `case when ${present} then [${all}] else list_filter([${all}], lambda f: f.value is not null) end::${type}`;
}

const DAY_MS = 86_400_000;

function durationSql(mapping: Mapping): (x: string, n: string) => string {
  const unit = Object.values(mapping.columns).find(({ field }) => field === "duration")?.unit ?? "ms";
  if (unit === "m:ss") {
    const parts = (x: string): string =>
      `list_reduce(list_transform(string_split(${x}, ':'), lambda p: try_cast(p as double)), lambda a, b: a * 60 + b)`;
    return (x) =>
      `case when regexp_full_match(${x}, '([0-9]{1,2}:)?[0-9]{1,3}:[0-5][0-9](\\.[0-9]+)?') then round(${parts(x)} * 1000)::bigint end`;
  }
  const factor = unit === "s" ? 1000 : 1;
  return (_, n) =>
    `case when ${n} * ${factor} between 0 and ${DAY_MS} then round(${n} * ${factor})::bigint end`;
}
