-- Rights that begin and end by the clock. The server writes both as events of the log when their time has come.

-- when a role ends by itself, by the clock; none while it lasts
alter table assignment add column until integer;

-- Which roles are to end next.
create index assignment_due on assignment (workspace, until) where until is not null and to_position is null;

create table shift (
    -- A role that begins and ends by the clock, as it was planned.
    workspace     blob not null,
    shift         blob not null,
    person        blob not null,
    unit          blob not null,
    role          text not null,
    begins        integer not null,
    ends          integer not null,
    -- Where it began in the log, which is the assignment it became; none while its time has not come.
    from_position integer,
    -- When somebody took it back or ended it early.
    called_off    integer,
    primary key (workspace, shift)
) strict, without rowid;

-- Which shifts are to begin next.
create index shift_due on shift (workspace, begins) where from_position is null and called_off is null;
-- A person's shifts.
create index shift_of_person on shift (workspace, person, begins);
