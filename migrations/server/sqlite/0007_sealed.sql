-- What documents say is sealed under a key of their epoch, which lies in the key file beside the database: the columns
-- document.body, document.projection, change.bytes and refusal.bytes. Sealed bytes begin with 1; bytes in the clear, from
-- before there were keys, do not: a document or change begins with 0x85, a projection with a CBOR array.

-- How many keys the key file had made and destroyed by the latest transaction here: an older key file is told by it.
alter table workspace add column key_turns integer not null default 0;

-- 1 while documents from before there were keys may lie here in the clear.
alter table workspace add column unsealed integer not null default 0;
update workspace set unsealed = 1;
