//! Taking in the feed: a page and its cursor in one transaction, bodies one by one.
//!
//! It opens no document, except to project one that has changes of one's own. One entry that cannot be stored never
//! stops the page.

use std::collections::HashSet;

use feltbog_casebook::{BookError, PROJECTION_VERSION, caps};
use feltbog_ids::{ChangeHash, DocId, Position, ScopeId};
use feltbog_protocol::{BodiesReply, Body, Closing, Entry, FeedPage, FeedRequest, Filling, Want};
use feltbog_views::Changed;
use rusqlite::params;

use crate::{
    Moment, Replica, ReplicaError,
    base::DocRow,
    epoch,
    replica::Sheet,
    stored::{builds_on, heads_after, heads_blob},
    write::changed,
};

impl Replica {
    /// What to ask the server for next.
    pub fn feed_request(&self) -> Result<FeedRequest, ReplicaError> {
        let sheet = self.sheet();
        let mut query = sheet
            .db
            .prepare_cached("select id, upto from scope where upto is not null order by id")?;
        let rows = query.query_map([], |row| {
            let upto: i64 = row.get(1)?;
            Ok(Filling {
                scope: ScopeId::from_bytes(row.get(0)?),
                upto: Position(upto.unsigned_abs()),
            })
        })?;
        Ok(FeedRequest {
            cursor: sheet.cursor()?,
            filling: rows.collect::<Result<_, _>>()?,
            erased: sheet.wiped()?,
        })
    }

    /// Takes in a page: rows, projections, small changes, erasures and the cursor, all in one transaction.
    pub fn take_page(&mut self, page: &FeedPage, moment: &Moment) -> Result<Changed, ReplicaError> {
        let touched = self.transact(|sheet| sheet.take_page(page, moment))?;
        Ok(changed(touched))
    }

    /// Takes in bodies that were asked for. One that cannot be read is set aside with its bytes; the others go on.
    pub fn take_bodies(&mut self, wants: &[Want], reply: &BodiesReply) -> Result<Changed, ReplicaError> {
        let asked: HashSet<DocId> = wants.iter().map(|want| want.doc).collect();
        let docs = self.transact(|sheet| {
            let mut docs = Vec::new();
            for body in reply.bodies.iter().filter(|body| asked.contains(&body.doc)) {
                if sheet.take_body(body)? {
                    docs.push(body.doc);
                }
            }
            // The server has nothing to give for these: that version is not asked for again, and a person sees it.
            let unread = reply.unread.iter().flatten();
            for doc in reply.absent.iter().chain(unread).filter(|doc| asked.contains(doc)) {
                sheet.note_unread_body(*doc)?;
            }
            Ok(docs)
        })?;
        Ok(changed(docs))
    }
}

/// What the changes of an entry follow on. The server sends those after the cursor, and names a document once, where its
/// latest change stands: what it got before the cursor of a page amid a pull was on no page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// All that came before them was fetched.
    TheLastPull,
    /// Something before them may be missing.
    APageAmidOne,
}

impl Sheet<'_> {
    fn since(&self) -> Result<Since, ReplicaError> {
        let closing: Option<i64> = self.meta("closing")?;
        let pulled = closing.map(|position| Position(position.unsigned_abs()));
        let here = self.cursor()?.map(|cursor| cursor.position);
        Ok(if pulled.is_some() && pulled == here {
            Since::TheLastPull
        } else {
            Since::APageAmidOne
        })
    }

    fn take_page(&self, page: &FeedPage, moment: &Moment) -> Result<Vec<DocId>, ReplicaError> {
        self.learn_clock(page.server_time, moment)?;
        if self.meets_another_life(page.cursor.generation)? {
            self.begin_another_life(moment)?;
        }
        let since = self.since()?;
        let mut touched = Vec::new();
        for entry in &page.entries {
            self.take_entry(entry, since, moment)?;
            touched.push(entry.doc);
        }
        for unread in page.unread.iter().flatten() {
            self.note_unread(unread)?;
            touched.push(unread.doc);
        }
        self.take_ends(page)?;
        if !page.lost.is_empty() || !page.left.is_empty() {
            // To be told as wiped also where nothing of it had come.
            self.mark_left()?;
        }
        let mut erased = self.lose_scopes(&page.lost)?;
        erased.extend(&page.left);
        // Where the server was put back, what leaves now may be the only copy.
        erased.iter().try_for_each(|doc| self.name_former(*doc))?;
        self.erase_all(&erased, moment)?;
        self.set_filling(&page.filling)?;
        self.set_meta("cursor", &page.cursor.to_string())?;
        if let Some(closing) = &page.closing {
            // First what is given up: a document that was kept for it alone leaves with this very page.
            self.give_up(moment)?;
            self.name_what_did_not_return(moment)?;
            erased.extend(self.take_closing(closing, moment)?);
            self.ask_again(moment)?;
        }
        touched.extend(&erased);
        Ok(touched)
    }

    /// One entry inside a savepoint of its own: what cannot be stored leaves no half of itself.
    pub(crate) fn take_entry(&self, entry: &Entry, since: Since, moment: &Moment) -> Result<(), ReplicaError> {
        self.db.execute_batch("savepoint entry")?;
        match self.store_entry(entry, since, moment) {
            Ok(()) => self.db.execute_batch("release entry")?,
            Err(ReplicaError::Unreadable(why)) => {
                self.db.execute_batch("rollback to entry; release entry")?;
                self.announce(entry)?;
                self.set_aside(entry.doc, &entry.projection, &why)?;
            }
            Err(other) => {
                self.db.execute_batch("rollback to entry; release entry")?;
                return Err(other);
            }
        }
        Ok(())
    }

    fn store_entry(&self, entry: &Entry, since: Since, moment: &Moment) -> Result<(), ReplicaError> {
        self.unname(entry.doc)?;
        let known = self.doc_row(entry.doc)?;
        let is_erased = self.leave_old_epoch(entry, known.as_ref(), moment)?;
        let before = known.filter(|_| !is_erased);
        self.announce(entry)?;
        self.is_read_there(entry.doc)?;
        self.wake(entry.doc)?;
        let row = self.doc_row(entry.doc)?.ok_or(ReplicaError::NotHere)?;
        if row.missing() && !entry.changes.is_empty() {
            let changes: Vec<u8> = entry.changes.iter().flat_map(|bytes| bytes.iter().copied()).collect();
            // Laid on a base with a gap, changes could lead to the right heads all the same.
            let whole = before.is_some_and(|row| !row.base_heads.is_empty() && !row.missing());
            if whole && since == Since::TheLastPull || builds_on(&row.base_heads, &changes) {
                self.append(entry.doc, &row, &changes, Some(&row.announced))?;
            }
        }
        self.let_go_of_fetched(entry.doc)?;
        if is_erased {
            // What the row said may be what had to go.
            self.project_received(entry.doc, entry.projection_version, &entry.projection)?;
        }
        if self.has_more_than(entry)? {
            self.project_if_open(entry.doc)
        } else if entry.projection.is_empty() && self.facts(entry.doc)?.is_some() {
            // The server can read the beginning of its row alone: what the list shows of it stands.
            self.project_if_open(entry.doc)
        } else if entry.projection_version < PROJECTION_VERSION {
            self.project_received(entry.doc, entry.projection_version, &entry.projection)?;
            self.project_if_open(entry.doc)
        } else {
            self.project_received(entry.doc, entry.projection_version, &entry.projection)
        }
    }

    /// Whether something of one's own lies here that the server's projection cannot show.
    fn has_more_than(&self, entry: &Entry) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from own where doc = ?1 and (receipted is null or receipted > ?2))";
        let position = i64::try_from(entry.position.0).unwrap_or(i64::MAX);
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row(params![entry.doc.as_bytes(), position], |row| row.get(0))?)
    }

    fn announce(&self, entry: &Entry) -> Result<(), ReplicaError> {
        let sql = "insert into doc (id, kind, parent, announced_heads, announced_position, size, received, epoch) \
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (id) do update set gone = 0, \
                   unreadable = null, announced_heads = excluded.announced_heads, announced_position = excluded.announced_position, \
                   size = excluded.size, received = excluded.received";
        self.db.prepare_cached(sql)?.execute(params![
            entry.doc.as_bytes(),
            entry.kind,
            entry.parent.map(|parent| *parent.as_bytes()),
            heads_blob(&entry.heads),
            i64::try_from(entry.position.0).unwrap_or(i64::MAX),
            entry.size,
            entry.received.0,
            entry.epoch.unwrap_or_default().0,
        ])?;
        self.db
            .prepare_cached("delete from scope_doc where doc = ?1")?
            .execute([entry.doc.as_bytes()])?;
        for scope in &entry.scopes {
            self.db
                .prepare_cached("insert or ignore into scope_doc (scope, doc) values (?1, ?2)")?
                .execute(params![scope.as_bytes(), entry.doc.as_bytes()])?;
            self.db
                .prepare_cached("insert or ignore into scope (id) values (?1)")?
                .execute([scope.as_bytes()])?;
        }
        Ok(())
    }

    /// Base plus own, where both are here; otherwise the row stands as it is until the body comes.
    pub(crate) fn project_if_open(&self, doc: DocId) -> Result<(), ReplicaError> {
        if self.base_is_empty(doc)? && self.doc_row(doc)?.is_some_and(|row| row.missing()) {
            // Its body is on the way; one's own changes alone make no document.
            return Ok(());
        }
        match self.open_book(doc).and_then(|book| self.project_open(doc, &book)) {
            Err(ReplicaError::Unreadable(BookError::UnknownKind) | ReplicaError::NotHere) => Ok(()),
            Err(ReplicaError::Unreadable(why)) => self.set_aside(doc, &[], &why),
            done => done,
        }
    }

    /// Takes scopes off, and answers which of their documents no other scope holds. One that lies in no scope because its
    /// own is being fetched anew is not among them.
    pub(crate) fn lose_scopes(&self, lost: &[ScopeId]) -> Result<Vec<DocId>, ReplicaError> {
        if lost.is_empty() {
            // Almost every page: looking through all documents for nothing would cost each of them.
            return Ok(Vec::new());
        }
        let mut theirs = HashSet::new();
        for scope in lost {
            let mut query = self.db.prepare_cached("select doc from scope_doc where scope = ?1")?;
            let rows = query.query_map([scope.as_bytes()], |row| row.get(0).map(DocId::from_bytes))?;
            theirs.extend(rows.collect::<Result<Vec<_>, _>>()?);
            self.db
                .execute("delete from scope_doc where scope = ?1", [scope.as_bytes()])?;
            for table in ["scope where id", "unread_there where scope"] {
                let sql = format!("delete from {table} = ?1");
                self.db.prepare_cached(&sql)?.execute([scope.as_bytes()])?;
            }
        }
        self.erase_what_hangs()?;
        let outside = self.without_scope()?.into_iter();
        Ok(outside.filter(|doc| theirs.contains(doc)).collect())
    }

    fn scopes(&self) -> Result<Vec<ScopeId>, ReplicaError> {
        let mut query = self.db.prepare_cached("select id from scope")?;
        let rows = query.query_map([], |row| row.get(0).map(ScopeId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Documents the server sent that no scope of this person holds any more.
    pub(crate) fn without_scope(&self) -> Result<Vec<DocId>, ReplicaError> {
        let sql = "select d.id from stray s cross join doc d on d.id = s.doc where d.announced_position > 0 and d.gone = 0 \
                   order by d.row";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0).map(DocId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn set_filling(&self, filling: &[Filling]) -> Result<(), ReplicaError> {
        self.db
            .execute("update scope set upto = null where upto is not null", [])?;
        let sql = "insert into scope (id, upto) values (?1, ?2) on conflict (id) do update set upto = excluded.upto";
        for one in filling {
            let upto = i64::try_from(one.upto.0).unwrap_or(i64::MAX);
            self.db
                .prepare_cached(sql)?
                .execute(params![one.scope.as_bytes(), upto])?;
        }
        Ok(())
    }

    /// What each scope should now hold. A document that a refilled scope did not name again has left it.
    fn take_closing(&self, closing: &Closing, moment: &Moment) -> Result<Vec<DocId>, ReplicaError> {
        let sql = "insert into scope (id, count, digest, reads_only) values (?1, ?2, ?3, ?4) on conflict (id) do update \
                   set count = excluded.count, digest = excluded.digest, reads_only = excluded.reads_only";
        for state in &closing.scopes {
            let reads_only = state.reads_only.unwrap_or(false);
            self.db.prepare_cached(sql)?.execute(params![
                state.scope.as_bytes(),
                state.count,
                state.digest.0,
                reads_only
            ])?;
        }
        let position = i64::try_from(closing.position.0).unwrap_or(i64::MAX);
        self.set_meta("closing", &position)?;
        // A closing names every scope of this person: one it does not name is held no more, however it came about.
        let named: HashSet<_> = closing.scopes.iter().map(|state| state.scope).collect();
        let known = self.scopes()?.into_iter();
        self.lose_scopes(&known.filter(|scope| !named.contains(scope)).collect::<Vec<_>>())?;
        let mut outside = self.without_scope()?;
        for doc in self.never_announced(position)? {
            self.name_former(doc)?;
            outside.push(doc);
        }
        self.erase_all(&outside, moment)?;
        Ok(outside)
    }

    /// Documents made here and receipted that the feed, read past every receipt, has not named: the server took them by
    /// a right that had ended, and whoever made them may not hold them any more.
    fn never_announced(&self, closing: i64) -> Result<Vec<DocId>, ReplicaError> {
        if closing < self.meta("receipted")?.unwrap_or(0) {
            return Ok(Vec::new());
        }
        let sql = "select d.id from stray s cross join doc d on d.id = s.doc where d.announced_position = 0 \
                   and d.id not in (select doc from outbox) and d.id not in (select doc from unread_there) order by d.row";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0).map(DocId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores one body. Answers whether anything changed.
    fn take_body(&self, body: &Body) -> Result<bool, ReplicaError> {
        let row = self.doc_row(body.doc)?.filter(|row| !row.gone && row.missing());
        // One of another epoch has crossed an erasure on its way: the feed says more.
        let Some(row) = row.filter(|row| row.epoch == epoch::of_body(body)) else {
            return Ok(false);
        };
        match self.store_body(&row, body) {
            Ok(stored) => {
                self.is_read_there(body.doc)?;
                let had_own = self.has_own(body.doc)?;
                self.wake_for_new_epoch(body.doc)?;
                self.let_go_of_fetched(body.doc)?;
                if stored && (had_own || self.row_is_older(body.doc)?) {
                    self.project_if_open(body.doc)?;
                }
                Ok(true)
            }
            Err(ReplicaError::Unreadable(why)) => {
                self.set_aside(body.doc, &body.bytes, &why)?;
                Ok(true)
            }
            Err(other) => Err(other),
        }
    }

    /// Whether the row was made here, of a version that is not the base's: something of one's own was here when the
    /// server's row came, and has gone to the base since.
    fn row_is_older(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from doc where id = ?1 and indexed is not null and indexed <> base_heads)";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row([doc.as_bytes()], |row| row.get(0))?)
    }

    /// A snapshot replaces the base, changes are appended: in both cases only when the heads computed from the bytes
    /// are those the server names. Changes that do not lead there are asked for again as a whole.
    fn store_body(&self, row: &DocRow, body: &Body) -> Result<bool, ReplicaError> {
        if !body.whole {
            let mut named = body.heads.clone();
            named.sort_unstable();
            let fits = self.append(body.doc, row, &body.bytes, Some(&named))?;
            if !fits {
                self.db
                    .execute("update doc set base_heads = x'' where id = ?1", [body.doc.as_bytes()])?;
            }
            return Ok(fits);
        }
        let facts = caps::check_body(&body.bytes).map_err(BookError::from)?;
        let loose = facts.loose.iter().map(|header| (header.hash, header.deps.as_slice()));
        let heads = heads_after(&facts.claimed_heads, loose);
        let mut named: Vec<ChangeHash> = body.heads.clone();
        named.sort_unstable();
        if heads != named {
            return Err(BookError::UnknownHeads.into());
        }
        self.keep_what_lies_only_here(body.doc, &body.bytes)?;
        self.believe_what_came_anew(body.doc, &heads)?;
        self.replace_base(body.doc, &body.bytes, &heads)?;
        Ok(true)
    }
}
