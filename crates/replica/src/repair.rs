//! Mending a scope that lies otherwise here than on the server, by fingerprints of what is here.
//!
//! The answer is of the state of the scope at the device's cursor, or none at all: where anything moved in the scope since,
//! the server says so and names nothing. So an answer brings no news that a page would bring later, and tells of no
//! document that came after the cursor and of whose leaving no page would tell; the cursor stands still. What an answer
//! says of other scopes may be newer than the cursor: the pages that follow say it again, each document once and where its
//! latest event stands, and a closing names every scope that is held. An answer that comes when the cursor has gone on is
//! not taken.
//!
//! It fetches no body: a base that went astray is forgotten by its version, and comes whole.

use std::collections::{HashMap, HashSet};

use feltbog_casebook::member_print;
use feltbog_ids::{DocId, ScopeId};
use feltbog_protocol::{Entry, Found, PRINT, RepairReply, RepairRequest};
use feltbog_views::Changed;
use rusqlite::params;

use crate::{Moment, Replica, ReplicaError, feed::Since, replica::Sheet, stored::heads_of, write::changed};

/// Answers to repairs taken in, in the life of this file.
const REPAIRS: &str = "repairs";

/// Documents that were found to differ by them.
const MENDED: &str = "mended";

/// A fingerprint.
type Print = [u8; PRINT];

impl Replica {
    /// What to ask of a scope; none before anything was fetched. The key is drawn anew for each request.
    pub fn repair_request(&self, scope: ScopeId, key: [u8; 16]) -> Result<Option<RepairRequest>, ReplicaError> {
        let sheet = self.sheet();
        let Some(cursor) = sheet.cursor()? else {
            return Ok(None);
        };
        let prints = sheet.prints(scope, &key)?;
        Ok(Some(RepairRequest {
            scope,
            key,
            cursor,
            prints: prints.into_iter().flat_map(|(print, _)| print).collect(),
        }))
    }

    /// Takes an answer in, in one transaction: what is here otherwise is announced anew, and what the scope does not hold
    /// leaves it.
    pub fn take_repair(
        &mut self,
        request: &RepairRequest,
        reply: &RepairReply,
        moment: &Moment,
    ) -> Result<Changed, ReplicaError> {
        let touched = self.transact(|sheet| sheet.take_repair(request, reply, moment))?;
        Ok(changed(touched))
    }

    /// Answers to repairs taken in, in the life of this file, and documents that were found to differ. None is expected.
    pub fn repairs(&self) -> Result<(u64, u64), ReplicaError> {
        let sheet = self.sheet();
        let count = |key| Ok::<_, ReplicaError>(sheet.meta::<i64>(key)?.unwrap_or(0).unsigned_abs());
        Ok((count(REPAIRS)?, count(MENDED)?))
    }
}

impl Sheet<'_> {
    fn prints(&self, scope: ScopeId, key: &[u8; 16]) -> Result<Vec<(Print, DocId)>, ReplicaError> {
        let sql = "select d.id, d.announced_heads from scope_doc s join doc d on d.id = s.doc where s.scope = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params![scope.as_bytes()], |row| {
            let doc = DocId::from_bytes(row.get(0)?);
            let heads = heads_of(&row.get::<_, Vec<u8>>(1)?);
            Ok((member_print(key, doc, &heads), doc))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn take_repair(
        &self,
        request: &RepairRequest,
        reply: &RepairReply,
        moment: &Moment,
    ) -> Result<Vec<DocId>, ReplicaError> {
        self.learn_clock(reply.server_time, moment)?;
        let is_of_now = self.cursor()? == Some(request.cursor)
            && reply.cursor.generation == request.cursor.generation
            && reply.state.scope == request.scope;
        if !is_of_now || reply.found == Found::Moved {
            return Ok(Vec::new());
        }
        let here: HashMap<_, _> = self.prints(request.scope, &request.key)?.into_iter().collect();
        for entry in &reply.entries {
            self.take_mended(entry, moment)?;
        }
        let mut touched: Vec<_> = reply.entries.iter().map(|entry| entry.doc).collect();
        if reply.found == Found::All {
            let named: HashSet<_> = touched.iter().copied().collect();
            let (prints, _) = reply.strangers.as_chunks::<PRINT>();
            let strangers = prints.iter().filter_map(|print| here.get(print).copied());
            let strangers: Vec<_> = strangers.filter(|doc| !named.contains(doc)).collect();
            self.take_out(request.scope, &strangers, moment)?;
            touched.extend(strangers);
            let sql = "update scope set repaired = digest, count = ?2, digest = ?3 where id = ?1";
            let state = &reply.state;
            self.db
                .execute(sql, params![state.scope.as_bytes(), state.count, state.digest.0])?;
        }
        self.count(REPAIRS, 1)?;
        self.count(MENDED, touched.len())?;
        Ok(touched)
    }

    /// Announces a document as it should be. A base of which the version was wrong is not built on.
    fn take_mended(&self, entry: &Entry, moment: &Moment) -> Result<(), ReplicaError> {
        let sql = "update doc set base_heads = x'' where id = ?1 and announced_heads <> ?2";
        let heads = crate::stored::heads_blob(&entry.heads);
        self.db
            .prepare_cached(sql)?
            .execute(params![entry.doc.as_bytes(), heads])?;
        let bare = Entry {
            changes: Vec::new(),
            ..entry.clone()
        };
        self.take_entry(&bare, Since::APageAmidOne, moment)
    }

    /// Takes documents out of a scope, and erases those no other scope holds.
    fn take_out(&self, scope: ScopeId, docs: &[DocId], moment: &Moment) -> Result<(), ReplicaError> {
        if docs.is_empty() {
            return Ok(());
        }
        for doc in docs {
            self.db
                .prepare_cached("delete from scope_doc where scope = ?1 and doc = ?2")?
                .execute(params![scope.as_bytes(), doc.as_bytes()])?;
        }
        let outside = self.without_scope()?.into_iter();
        let erased: Vec<_> = outside.filter(|doc| docs.contains(doc)).collect();
        self.erase_all(&erased, moment)
    }

    fn count(&self, key: &str, more: usize) -> Result<(), ReplicaError> {
        let before: i64 = self.meta(key)?.unwrap_or(0);
        self.set_meta(key, &before.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)))
    }
}
