-- What is asked at every turn is kept as it changes, by triggers in the transaction that changes it, and is never summed up
-- from all documents: how many there are, what a scope holds, what no scope holds. The lists read narrow indexes alone.

create table tally (
    -- documents of a kind that lie here and have not left
    kind      text primary key,
    here      integer not null default 0,
    missing   integer not null default 0, -- of those, the ones whose body lags behind what was announced
    unindexed integer not null default 0  -- and the ones whose words are not in the index yet
) without rowid;

create trigger doc_comes after insert on doc begin
    insert or ignore into tally (kind) values (new.kind);
    update tally set
        here = here + (new.gone = 0),
        missing = missing + (new.gone = 0 and new.base_heads <> new.announced_heads),
        unindexed = unindexed + (new.gone = 0 and new.indexed is null)
        where kind = new.kind;
    insert into family (row, belongs_to) values (new.row, case when new.kind = 'case' then new.id else new.parent end);
    insert or ignore into stray (doc) values (new.id);
end;

create trigger doc_changes after update of gone, base_heads, announced_heads, indexed on doc
when old.gone <> new.gone or (old.indexed is null) <> (new.indexed is null)
    or (old.base_heads <> old.announced_heads) <> (new.base_heads <> new.announced_heads) begin
    update tally set
        here = here + (new.gone = 0) - (old.gone = 0),
        missing = missing + (new.gone = 0 and new.base_heads <> new.announced_heads)
            - (old.gone = 0 and old.base_heads <> old.announced_heads),
        unindexed = unindexed + (new.gone = 0 and new.indexed is null) - (old.gone = 0 and old.indexed is null)
        where kind = new.kind;
end;

create trigger doc_leaves_its_scopes before delete on doc begin
    delete from scope_doc where doc = old.id;
end;

create trigger doc_leaves after delete on doc begin
    update tally set
        here = here - (old.gone = 0),
        missing = missing - (old.gone = 0 and old.base_heads <> old.announced_heads),
        unindexed = unindexed - (old.gone = 0 and old.indexed is null)
        where kind = old.kind;
    delete from family where row = old.row;
    delete from stray where doc = old.id;
end;

create table family (
    -- the case a found document is shown under, without a look at the document
    row        integer primary key, -- as in doc
    belongs_to blob                 -- itself, or its parent
);

create table stray (
    -- documents no scope holds: born here and not announced yet, or about to leave
    doc blob primary key
) without rowid;

create table scope_held (
    -- what lies here of a scope, to be compared with what the server says; one set aside counts as announced
    scope  blob primary key,
    count  integer not null default 0,
    digest blob not null default (zeroblob(16)) -- exclusive or of the digests of (document, version)
) without rowid;

-- `toggled (digest, document, version)` is the app's own function: it takes a member in, or out again.
create trigger scope_gains after insert on scope_doc begin
    delete from stray where doc = new.doc;
    insert or ignore into scope_held (scope) values (new.scope);
    update scope_held set count = count + 1, digest = toggled(digest, new.doc,
        (select case when unreadable = announced_heads then announced_heads else base_heads end from doc where id = new.doc))
        where scope = new.scope;
end;

create trigger scope_loses after delete on scope_doc begin
    update scope_held set count = count - 1, digest = toggled(digest, old.doc,
        (select case when unreadable = announced_heads then announced_heads else base_heads end from doc where id = old.doc))
        where scope = old.scope;
    insert or ignore into stray (doc) select id from doc
        where id = old.doc and not exists (select 1 from scope_doc where doc = old.doc);
end;

create trigger doc_goes_on after update of base_heads, announced_heads, unreadable on doc
when case when old.unreadable = old.announced_heads then old.announced_heads else old.base_heads end
    <> case when new.unreadable = new.announced_heads then new.announced_heads else new.base_heads end begin
    update scope_held set digest = toggled(
        toggled(digest, new.id,
            case when old.unreadable = old.announced_heads then old.announced_heads else old.base_heads end), new.id,
            case when new.unreadable = new.announced_heads then new.announced_heads else new.base_heads end)
        where scope in (select scope from scope_doc where doc = new.id);
end;

-- 1 one's own, 2 a note, 3 anything else: in this order bodies are fetched, after those of today
alter table doc add column need integer not null default 3;
create trigger projection_is_needed after insert on projection begin
    update doc set need = case when new.mine then 1 when new.kind = 'note' then 2 else 3 end
        where id = new.doc and need <> case when new.mine then 1 when new.kind = 'note' then 2 else 3 end;
end;

create table doubted (
    -- opened by a person, and not of the version it should be: the auditor looks at it first
    doc blob primary key
) without rowid;

create table fetched_anew (
    -- documents whose body did not hold the version it was sent as. A second body of that version is not asked for twice.
    doc   blob primary key,
    heads blob not null
) without rowid;

create trigger doc_leaves_no_doubt after delete on doc begin
    delete from doubted where doc = old.id;
    delete from fetched_anew where doc = old.id;
end;

drop index doc_missing;
drop index doc_unindexed;
drop index doc_parent;
-- serves: what is still to be fetched, in order of need
create index doc_wanted on doc (need, row) where base_heads <> announced_heads;
-- serves: the background indexer
create index doc_ready on doc (row) where indexed is null and gone = 0 and base_heads = announced_heads;
-- serves: the children of a case
create index doc_parent on doc (parent, id) where parent is not null;
-- serves: when something of one's own in a document, or in what belongs to it, was last sent
create index doc_sent on doc (id, sent_at) where sent_at is not null;
create index doc_sent_below on doc (parent, sent_at) where sent_at is not null;
-- serves: what needs the person
create index doc_unreadable on doc (row) where unreadable is not null;
-- serves: what goes for good once nothing waits
create index doc_gone on doc (row) where gone = 1;
-- serve: erasing a document
create index intent_doc on intent (doc);
create index aside_doc on aside (doc);

drop index projection_due;
drop index projection_subject;
drop index projection_number;
drop index projection_changed;
drop index projection_start;
-- serve: the list of cases in each order. All that it filters by is in them, so that only rows shown are read.
create index case_due on projection (due is null, due, number, standing, mine, case_type) where kind = 'case';
create index case_subject on projection (subject, number, standing, mine, case_type, due) where kind = 'case';
create index case_number on projection (number, standing, mine, case_type, due) where kind = 'case';
create index case_changed on projection (changed desc, number, standing, mine, case_type, due) where kind = 'case';
-- serves: how many cases of each type there are
create index case_type on projection (case_type, standing, mine, due) where kind = 'case';
-- serves: the news
create index projection_news on projection (changed desc, doc) where kind = 'post';
-- serves: a person's day
create index projection_day on projection (start) where mine = 1;

-- What a file of an earlier version holds is counted once, as if it had come just now.
insert into tally (kind, here, missing, unindexed)
    select kind, sum(gone = 0), sum(gone = 0 and base_heads <> announced_heads), sum(gone = 0 and indexed is null)
    from doc group by kind;
insert into family (row, belongs_to) select row, case when kind = 'case' then id else parent end from doc;
insert into stray (doc) select id from doc;
create table counted as select scope, doc from scope_doc;
delete from scope_doc;
delete from scope_held;
insert into scope_doc (scope, doc) select scope, doc from counted where doc in (select id from doc);
drop table counted;
update doc set need = (select case when mine then 1 when kind = 'note' then 2 else 3 end from projection where doc = doc.id)
    where id in (select doc from projection);
