-- What a device says it has wiped, and what is looked up each day to keep the feed small.

-- Of everything that left this device up to this position not a byte is left on it, by its own word; none while it said
-- nothing of the kind, or began from an older copy since. When it said so, by the server's clock.
alter table enrolment add column erased integer;
alter table enrolment add column erased_at integer;

-- Rows of leavings that are so old that they are tidied away.
create index scope_doc_left_at on scope_doc (workspace, left_at) where left_at is not null;
