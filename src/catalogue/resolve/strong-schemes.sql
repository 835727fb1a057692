-- Identifiers that make two entities one, and the evidence that they are (0 mbid, 1 isrc, 2 gtin).
create table strong_scheme as
select * from (values
  ('track', 'mbid-recording', 0::utinyint), ('track', 'isrc', 1::utinyint),
  ('album', 'mbid-release', 0::utinyint), ('album', 'gtin', 2::utinyint),
  ('artist', 'mbid-artist', 0::utinyint), ('artist', 'isni', 0::utinyint),
  ('label', 'mbid-label', 0::utinyint), ('label', 'isni', 0::utinyint)
) as schemes (entity, scheme, evidence);
