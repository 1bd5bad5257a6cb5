-- Nothing written here is let go before it lies somewhere else, and nothing waits for what will not come.

-- the position of its receipt, where the base could not take the change at once: it stays among one's own until the base
-- has been fetched past that position
alter table own add column receipted integer;

-- since when a change waits for what a colleague's device has to offer again, after the server was put back; microseconds
-- by the author's clock
alter table outbox add column waits_since integer;
-- 0 while nothing has moved in its document since it was last answered so: it is not sent again for nothing
alter table outbox add column awake integer not null default 1;

-- 1 while the base may hold what the server lost when it was put back: what a body then lacks of it stays among one's own,
-- in no outbox and with the intent of nobody, until its author's device has offered it again
alter table doc add column former integer not null default 0;
