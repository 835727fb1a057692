/**
 * The view `known_track`: the tracks of one stretch (`track_range`) with what is held of them (`held`) and what was found out
 * about them (`mark`: kind 1 is a duplicate by ISRC, 2 a duplicate recording, 3 a floor, 4 a duplicate by sound). Joins are the dearest part of a plan, so that only those stand in it that have rows.
 */
export function knownTracksSql({
  hasHeld,
  kinds,
}: {
  readonly hasHeld: boolean;
  /** Kinds that `mark` has. */
  readonly kinds: readonly number[];
}): string {
  return `create or replace view known_track as
    select
      t.track_id, t.popularity, t.plays, t.artist_nos, t.album_no, t.language,
      -- A missing length of an assumed file is the policy's.
      coalesce(nullif(t.duration_ms, 0), getvariable('assumed_duration_ms'))::double as assumed_ms,
      ${markSql(kinds)} as mark,
      ${hasHeld ? HELD : NOT_HELD}
    from track_range t
    ${hasHeld ? `left join (from held where ${IN_RANGE}) h using (track_id)` : ""}`;
}

const IN_RANGE = "track_id between getvariable('range_first') and getvariable('range_last')";

/** Asked one by one, because that leaves the rows in their order, which a left join does not. */
function markSql(kinds: readonly number[]): string {
  if (kinds.length === 0) return "null::integer";
  const cases = kinds.map(
    (kind) =>
      `when t.track_id in (select track_id from mark where kind = ${kind} and ${IN_RANGE}) then ${kind}`,
  );
  return `case ${cases.join(" ")} end`;
}

const HELD =
  "h.track_id is not null as is_held, h.original_blocks, h.copy_blocks, h.original_open, h.copy_open";
const NOT_HELD =
  "false as is_held, null::double as original_blocks, null::double as copy_blocks, false as original_open, false as copy_open";
