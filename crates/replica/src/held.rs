//! What is kept as documents come, change and go: counts by kind, and count and digest of each scope.
//!
//! Triggers of the file's layout keep it, in the transaction that changes a document; here it is only read, and the one
//! function they need of the app is taught to each connection. It sums nothing up.

use feltbog_casebook::{Kind, member_digest};
use feltbog_ids::{DigestOf, DocId, ScopeId};
use feltbog_views::CountsView;
use rusqlite::{Connection, OptionalExtension, functions::FunctionFlags};

use crate::{Replica, ReplicaError, replica::Sheet, stored::heads_of};

/// Teaches a connection `toggled (digest, document, version)`: the digest with this member taken in, or out again.
pub(crate) fn teach(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function("toggled", 3, flags, |call| {
        let mut digest = DigestOf(call.get(0)?);
        let doc = DocId::from_bytes(call.get(1)?);
        // A row that is gone without a trigger leaves no version to take out; counting anew sets that right.
        if let Some(heads) = call.get::<Option<Vec<u8>>>(2)? {
            digest.toggle(member_digest(doc, &heads_of(&heads)));
        }
        Ok(digest.0.to_vec())
    })
}

impl Replica {
    /// Bodies that are here, and documents announced.
    pub fn progress(&self) -> Result<(u32, u32), ReplicaError> {
        let sql = "select coalesce(sum(here - missing), 0), coalesce(sum(here), 0) from tally";
        let sheet = self.sheet();
        let mut query = sheet.db.prepare_cached(sql)?;
        Ok(query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// What the device holds, by kind.
    pub fn counts(&self) -> Result<CountsView, ReplicaError> {
        let sheet = self.sheet();
        let count = |kind: Kind| -> Result<u32, ReplicaError> {
            let mut query = sheet.db.prepare_cached("select here from tally where kind = ?1")?;
            let count = query.query_row([kind.word()], |row| row.get(0)).optional()?;
            Ok(count.unwrap_or(0))
        };
        Ok(CountsView {
            cases: count(Kind::Case)?,
            visits: count(Kind::Visit)?,
            notes: count(Kind::Note)?,
            posts: count(Kind::Post)?,
        })
    }
}

impl Sheet<'_> {
    /// Documents with words of their own that search cannot find by them yet.
    pub(crate) fn unindexed(&self) -> Result<u32, ReplicaError> {
        let sql = "select coalesce(sum(unindexed), 0) from tally where kind in ('case', 'note', 'post')";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Count and digest of what lies here of a scope. A document set aside counts as announced: it arrived, it cannot
    /// be read, and a person sees it under *Kræver handling*.
    pub(crate) fn held(&self, scope: ScopeId) -> Result<(u32, DigestOf), ReplicaError> {
        let mut query = self
            .db
            .prepare_cached("select count, digest from scope_held where scope = ?1")?;
        let held = query.query_row([scope.as_bytes()], |row| Ok((row.get(0)?, DigestOf(row.get(1)?))));
        Ok(held.optional()?.unwrap_or_default())
    }
}
