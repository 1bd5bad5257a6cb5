-- The key file: under which key each document's present epoch lies in the database. It is no part of the database's
-- backups: only its newest copy is kept, so that a key that was destroyed is destroyed for every old copy of the database.

create table file (
    -- Whose keys these are.
    workspace blob not null primary key,
    -- How many keys were made and destroyed so far. The database notes it too, so that an older key file is told.
    turns     integer not null
) strict, without rowid;

create table document_key (
    workspace blob not null,
    doc       blob not null,
    -- When the epoch began, as the document's row in the database says it; 0 for the first.
    epoch     integer not null,
    -- Thirty-two random bytes.
    bytes     blob not null,
    primary key (workspace, doc, epoch)
) strict, without rowid;
