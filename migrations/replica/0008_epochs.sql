-- Erasing on the server begins a new epoch of a document: its present content, and nothing of how it came about.

-- the epoch of what lies here of a document: when it began by the server's clock, microseconds; 0 for the first
alter table doc add column epoch integer not null default 0;
-- the epoch a change of one's own was written in: what it builds on is gone once the document is in another
alter table own add column epoch integer not null default 0;

-- changes appended to the base since it last was one whole snapshot
alter table doc add column appended integer not null default 0;
-- of a base that has grown to twice its snapshot nobody counted them: it is looked at once
update doc set appended = 32 where size > 0 and length(base) > 2 * size;
-- serves: the idle folding of bases
create index doc_to_fold on doc (row) where appended >= 32;
