-- What of the records could not be computed in SQL: texts that have to be folded, dates, codes that are not canonical yet.
create macro is_plain(text) as strlen(text) = length(text) and not regexp_matches(text, '[^ -~]');
create macro fold_plain(text) as lower(trim(case when contains(text, '  ') then regexp_replace(text, ' +', ' ', 'g') else text end));

-- An artist or a label is named in its source by its key, else by its folded name.
create macro name_key(folded) as 'name' || chr(0) || folded;
