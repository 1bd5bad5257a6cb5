-- Notes without a place: which document was made of what a device handed over, so that sent twice it is there once.

create table loose (
    workspace blob not null,
    -- Who handed it over, and the id their device gave it.
    enrolment blob not null,
    id        blob not null,
    -- The document made of it.
    doc       blob not null,
    -- The latest edition taken; an earlier one that arrives after it changes nothing.
    edition   integer not null,
    -- How often something of it was taken.
    turns     integer not null,
    -- When it first came.
    at        integer not null,
    primary key (workspace, enrolment, id)
) strict, without rowid;

-- How many a device handed over lately.
create index loose_by_time on loose (workspace, enrolment, at);
