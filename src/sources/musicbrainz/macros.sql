-- What several kinds of document have in common.
create or replace macro is_mbid(id) as coalesce(length(id) = 36 and try_cast(id as uuid) is not null, false);

-- Of the hundreds of millions of ids of tracks; whether they are MBIDs is judged with all other identifiers.
create or replace macro is_mbid_sized(id) as coalesce(length(id), 0) = 36;

create or replace macro credit_text(credit) as
  nullif(array_to_string([coalesce(c.name, c.artist.name, '') || coalesce(c.joinphrase, '') for c in credit], ''), '');

create or replace macro main_credits(credit) as
  [{'name': coalesce(c.name, c.artist.name), 'role': 'main', 'key': c.artist.id} for c in credit];

-- Relations of a recording with artists, by MusicBrainz's names of their types.
create or replace macro role_of(type) as
  case type
    when 'composer' then 'composer' when 'writer' then 'composer'
    when 'lyricist' then 'lyricist' when 'librettist' then 'lyricist'
    when 'conductor' then 'conductor' when 'chorus master' then 'conductor'
    when 'arranger' then 'arranger' when 'instrument arranger' then 'arranger'
    when 'vocal arranger' then 'arranger' when 'orchestrator' then 'arranger'
    when 'remixer' then 'remixer' when 'producer' then 'producer'
    when 'performer' then 'performer' when 'instrument' then 'performer' when 'vocal' then 'performer'
    when 'performing orchestra' then 'performer'
    else 'other' end;

create or replace macro related_credits(relations) as
  [{'name': r.artist.name, 'role': role_of(r.type), 'key': r.artist.id}
   for r in relations if r.artist.id is not null];

-- Most recordings have no relations: to put an empty list at the end of each list would copy them all.
create or replace macro all_credits(credit, relations) as
  case when coalesce(len(relations), 0) = 0 then main_credits(credit)
    else main_credits(credit) || related_credits(relations) end;

create or replace macro supplements_of(tags, genres, rating, annotation) as
  [{'kind': 'tag', 'value': t.name, 'count': t.count} for t in coalesce(tags, []) if t.name is not null]
  || [{'kind': 'genre', 'value': g.name, 'count': g.count} for g in coalesce(genres, []) if g.name is not null]
  || (case when rating.value is null then []
      else [{'kind': 'rating', 'value': rating.value::varchar, 'count': rating."votes-count"}] end)
  || (case when coalesce(annotation, '') = '' then []
      else [{'kind': 'annotation', 'value': annotation, 'count': null::bigint}] end);
