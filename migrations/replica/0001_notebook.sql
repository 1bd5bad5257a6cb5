-- What a device stores for one person: base and own of each document, what waits to be sent, what lists and search need.
-- The whole file is encrypted; nothing here is encrypted again.

create table meta (
    -- small facts by name: identity, session, cursor, actor salt, clock offset, closing of the last pull
    key   text primary key,
    value blob not null
) without rowid;

create table doc (
    row                integer primary key,
    id                 blob not null unique,      -- 16 bytes
    kind               text not null,             -- a word; one unknown here is kept
    parent             blob,
    -- what the server sent, appended unopened; never holds a change the server has not receipted
    base               blob not null default x'',
    base_heads         blob not null default x'', -- hashes in ascending order, 32 bytes each
    -- what the feed announced: the body is missing while these differ from base_heads
    announced_heads    blob not null default x'',
    announced_position integer not null default 0,
    size               integer not null default 0,
    received           integer,                   -- the server's clock at its latest change, microseconds
    sent_at            integer,                   -- when the latest own change was receipted
    -- heads at which the body could not be read; it is asked for again only when the announced ones differ
    unreadable         blob,
    -- heads whose full text is in the index
    indexed            blob,
    -- it left every scope while own changes still wait: hidden, and erased once they are answered
    gone               integer not null default 0
);
-- serves: what is still to be fetched, in order of need
create index doc_missing on doc (kind, id) where base_heads <> announced_heads;
-- serves: the background indexer
create index doc_unindexed on doc (row) where indexed is null;
-- serves: the children of a case
create index doc_parent on doc (parent) where parent is not null;

create table own (
    -- changes of this device that are not in the base yet, in the order they were written
    ord    integer primary key autoincrement,
    doc    blob not null,
    hash   blob not null,
    bytes  blob not null,
    intent blob not null,
    unique (doc, hash)
);

create table outbox (
    ord     integer primary key autoincrement,
    kind    text not null,      -- change, fact, file; again: a change the server took before it was put back
    doc     blob not null,
    hash    blob not null,
    intent  blob not null,
    made_on text,               -- the cursor it was written on
    unique (doc, hash)
);

create table intent (
    -- the command behind one or more changes, with the first reply, so that a repeated id is answered alike
    id    blob primary key,
    doc   blob not null,
    what  text not null,        -- note, field, other
    key   text,                 -- the field's key
    body  blob not null,        -- edits, version and time
    reply text not null,        -- JSON of the first reply
    at    integer not null
) without rowid;

create table parked (
    -- what the server did not take, with its words, until the person takes it off
    id     blob primary key,
    doc    blob not null,
    what   text not null,
    reason text not null,
    words  text not null,
    at     integer not null
) without rowid;
create index parked_doc on parked (doc);

create table aside (
    -- bytes that could not be read, kept with why
    ord    integer primary key autoincrement,
    doc    blob not null,
    heads  blob not null,
    bytes  blob not null,
    reason text not null
);

create table projection (
    doc       blob primary key,
    version   integer not null,
    kind      text not null,
    parent    blob,
    body      blob not null,    -- the projection as it travels
    -- columns below are taken from the body, for the indexes of the lists
    case_type text not null default '',
    standing  integer not null default 0,
    due       integer,
    subject   text not null default '',  -- Danish sort key
    number    text not null default '',
    changed   integer not null default 0,
    mine      integer not null default 0,
    start     integer
) without rowid;
-- serves: the list by deadline
create index projection_due on projection (kind, due is null, due);
-- serves: the list by citizen or place
create index projection_subject on projection (kind, subject);
-- serves: the list by number
create index projection_number on projection (kind, number);
-- serves: the list by latest change, and the newest notes
create index projection_changed on projection (kind, changed);
-- serves: a person's day
create index projection_start on projection (start) where start is not null;
-- serves: a case's visits and notes
create index projection_parent on projection (parent, kind) where parent is not null;

create table scope (
    id    blob primary key,
    upto  integer,              -- filled up to here; null once filled
    count integer,              -- what the server said at the last closing
    digest blob
) without rowid;

create table scope_doc (
    scope blob not null,
    doc   blob not null,
    primary key (scope, doc)
) without rowid;
create index scope_doc_doc on scope_doc (doc);

create table enrolment (
    -- who is behind an author, from the person documents
    id     blob primary key,
    person blob not null
) without rowid;

create table seen_post (
    doc blob primary key
) without rowid;

-- words folded so that sorensen finds Sørensen; rowid is doc.row
create virtual table search using fts5 (
    folded, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
