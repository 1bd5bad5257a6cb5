-- Erasing begins a new epoch of a document: its present content, and nothing of how it came about.

-- When the document's epoch began, microseconds; 0 in its first. Never the same twice, also where the database was put back
-- from a copy in between and the document erased again.
alter table document add column epoch integer not null default 0;

create table erased (
    -- What the log once held of a document and holds no longer: the name of each change and none of its bytes. Its sender
    -- still gets the receipt, however late a copy of it arrives.
    workspace blob not null,
    doc       blob not null,
    hash      blob not null,
    position  integer not null,
    enrolment blob not null,
    primary key (workspace, doc, hash)
) strict, without rowid;

create table epoch (
    -- Each erasure: why, and how many changes went.
    workspace blob not null,
    doc       blob not null,
    began     integer not null,
    reason    text not null,
    changes   integer not null,
    primary key (workspace, doc, began)
) strict, without rowid;

-- 1 while bytes of something erased may lie in the write-ahead log or in the gaps of the file's pages.
alter table workspace add column unswept integer not null default 0;
