-- A full build has no former records.
create table former_credit (source varchar, name varchar, key varchar, is_changed boolean);
create table former_label (source varchar, name varchar, is_changed boolean);
