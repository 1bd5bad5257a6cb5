-- Words for which there was no right even as they were written: they go to the unit's leader.

create table loose (
    -- rises with each keeping: a copy of this file that is put back is told by it
    ord       integer primary key autoincrement,
    id        blob not null unique,       -- names it to the server
    note      blob not null,              -- the note it was to be
    about     blob,                       -- the case that note was written on
    -- the text its first words were typed on; words refused later are laid into it from there
    begun     text not null,
    -- all its words; null once a receipt said that they are handed over: from then on they are not here any more
    words     text,
    digest    blob,                       -- SHA-256 of the words: what is typed on is told by it after they have gone
    edition   integer not null,
    finished  integer not null default 0,
    last      blob,                       -- the command that wrote in it last, which does it once if asked twice
    at        integer not null,           -- when it was last written in, by the author's clock
    not_before integer not null default 0, -- the server asked for patience until then
    -- when it was handed over; null while it waits
    handed_at integer
);
-- serves: going on in the note one is typing
create index loose_note on loose (note);
-- serves: what was laid before this person as a leader
create index projection_loose on projection (doc) where kind = 'loose';
