-- What needs a person, or is not theirs to do.

create table unread_there (
    -- what the server said it cannot read of its own database: asked for again now and then
    doc   blob not null,
    -- a scope that holds it, of which nothing can be compared meanwhile; empty where none was named
    scope blob not null,
    primary key (doc, scope)
) without rowid;

-- 1 where this person may read what the scope holds, and write nothing
alter table scope add column reads_only integer not null default 0;
