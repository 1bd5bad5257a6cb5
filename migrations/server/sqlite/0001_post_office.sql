-- The post office and the registry. Ids are sixteen bytes, hashes thirty-two, heads their hashes in ascending order one
-- after the other, instants microseconds since 1970 (UTC). The workspace is part of every key.

create table workspace (
    -- A municipality or a district of one: the unit of ordering.
    workspace       blob not null primary key,
    -- Random name of this life of the log; new after a restore, so that old cursors no longer fit.
    generation      blob not null,
    -- The latest position handed out. Changed only in the transaction that uses it: positions are in commit order.
    position        integer not null,
    -- IANA name, such as Europe/Copenhagen.
    time_zone       text not null,
    -- 1 where CPR numbers of invented people (month + 80) are taken.
    invented_people integer not null,
    -- The server's own enrolment: it writes reference data, parts and posts.
    server          blob not null,
    -- Goes on at each start together with a file beside the database; they differ after an older copy was put back.
    twin            blob
) strict, without rowid;

create table document (
    workspace  blob not null,
    doc        blob not null,
    -- The word of its birth; never changes.
    kind       text not null,
    -- The case of a visit, a note or a part; never changes.
    parent     blob,
    heads      blob not null,
    -- The whole document as automerge saves it without compression.
    body       blob not null,
    -- What lists need of it, and the version of its making.
    projection blob not null,
    projected  integer not null,
    -- Its latest event: a change, or a move with its case.
    position   integer not null,
    -- When the latest change arrived, by the server's clock.
    received   integer not null,
    -- The person whose push made it; none where the server or an importer did.
    born_by    blob,
    primary key (workspace, doc)
) strict;

-- A case that moves takes its children along, by id: an index without the id lets the planner scan every document
-- rather than sort a few.
create index document_of_parent on document (workspace, parent, doc) where parent is not null;

create table change (
    -- The log itself. Nothing here is ever altered.
    workspace blob not null,
    doc       blob not null,
    hash      blob not null,
    position  integer not null,
    -- Who sent it: one person on one device, the server, or an importer.
    enrolment blob not null,
    bytes     blob not null,
    received  integer not null,
    primary key (workspace, doc, hash)
) strict;

-- Holds that no two changes share a position.
create unique index change_by_position on change (workspace, position);
-- What of a document a device lacks since its cursor.
create index change_by_doc on change (workspace, doc, position);

create table scope (
    workspace   blob not null,
    -- UUIDv5 in the workspace of `audience|compartment|active` or `…|archive`.
    scope       blob not null,
    -- `unit:ID`, `role:WORD@ID`, `person:ID` or `everyone`.
    audience    text not null,
    -- A case type, `org`, `news` or `part`.
    compartment text not null,
    -- `active` or `archive`.
    shelf       text not null,
    -- How many documents, and the exclusive or of the digests of (document, heads).
    count       integer not null,
    digest      blob not null,
    primary key (workspace, scope)
) strict, without rowid;

-- Which scopes match a person's grants.
create index scope_by_audience on scope (workspace, audience);

create table scope_doc (
    -- One row per (scope, document), the newest event replacing the older.
    workspace     blob not null,
    scope         blob not null,
    doc           blob not null,
    -- The document's latest event while it was in the scope, or its leaving.
    position      integer not null,
    -- When it came in, the first time and the latest.
    first_entered integer not null,
    entered       integer not null,
    -- When it left; none while it is in.
    left_position integer,
    left_at       integer,
    primary key (workspace, scope, doc)
) strict, without rowid;

-- The feed: a scope's documents in order of position, and those that left.
create index scope_doc_in_order on scope_doc (workspace, scope, position) where left_position is null;
create index scope_doc_left on scope_doc (workspace, scope, left_position) where left_position is not null;
-- Which scopes hold a document, by id.
create index scope_doc_of_doc on scope_doc (workspace, doc, scope);
-- Which scopes were touched since the bells last rang.
create index scope_doc_by_position on scope_doc (workspace, position);

create table unit (
    -- The tree of units as their documents say it.
    workspace blob not null,
    unit      blob not null,
    within    blob,
    primary key (workspace, unit)
) strict, without rowid;

create table assignment (
    -- A person's role in a unit and all below it, from one position of the log to another.
    workspace     blob not null,
    person        blob not null,
    unit          blob not null,
    role          text not null,
    -- Case types it is limited to, separated by spaces; none for all.
    case_types    text,
    from_position integer not null,
    from_at       integer not null,
    to_position   integer,
    to_at         integer,
    primary key (workspace, person, from_position)
) strict, without rowid;

-- Whose rights changed since the bells last rang.
create index assignment_begun on assignment (workspace, from_position);
create index assignment_ended on assignment (workspace, to_position) where to_position is not null;

create table enrolment (
    -- What names the author of a change: a person on a device, the server, or an importer.
    workspace blob not null,
    enrolment blob not null,
    -- None for the server and its importers.
    person    blob,
    -- The device's name, `server`, or the name of the import.
    label     text not null,
    created   integer not null,
    revoked   integer,
    primary key (workspace, enrolment)
) strict, without rowid;

-- A person's devices.
create index enrolment_of_person on enrolment (workspace, person) where person is not null;
-- One enrolment per import.
create unique index enrolment_of_import on enrolment (workspace, label) where person is null;

create table account (
    workspace blob not null,
    -- Lower case.
    user      text not null,
    person    blob not null,
    -- Argon2id, in the form of the password hashing competition (PHC).
    password  text not null,
    closed    integer,
    primary key (workspace, user)
) strict, without rowid;

-- Whether a person may come in.
create unique index account_of_person on account (workspace, person);

create table token (
    -- One-time tokens for enrolment.
    workspace blob not null,
    -- SHA-256 of the token.
    hash      blob not null,
    person    blob not null,
    label     text not null,
    expires   integer not null,
    used      integer,
    primary key (workspace, hash)
) strict, without rowid;

create table session (
    workspace blob not null,
    -- SHA-256 of the session's token.
    hash      blob not null,
    enrolment blob not null,
    begun     integer not null,
    expires   integer not null,
    -- Ended before its time: signed out or revoked.
    ended     integer,
    primary key (workspace, hash)
) strict, without rowid;

-- Ends all sessions of a device.
create index session_of_enrolment on session (workspace, enrolment);

create table refusal (
    -- What was not taken, so that an operator can see it; the latest of each enrolment.
    workspace blob not null,
    enrolment blob not null,
    doc       blob not null,
    -- none where the bytes are no change.
    hash      blob,
    -- The word of protocol::Reason.
    reason    text not null,
    -- Kept where nothing but these bytes tells what went wrong.
    bytes     blob,
    at        integer not null
) strict;

-- Counts and trims an enrolment's refusals.
create index refusal_of_enrolment on refusal (workspace, enrolment);
