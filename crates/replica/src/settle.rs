//! The proof: what each scope holds here against what the server said it holds.
//!
//! It compares. Where the two differ the scope is to be repaired; where a repair left them so, it is fetched anew: what was
//! known of it is forgotten. It asks nobody.

use feltbog_ids::{DigestOf, Instant, ScopeId};

use crate::{Moment, Replica, ReplicaError, replica::Sheet};

/// What the comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Every scope holds what the server said: all is fetched.
    Equal,
    /// Something is still on its way; nothing can be said yet.
    NotYet,
    /// These scopes differ: the server is to be asked how.
    Repairing(Vec<ScopeId>),
    /// So many scopes differ though they were repaired, and are fetched anew.
    Refetching(u32),
}

/// What the server said of a scope.
struct Promise {
    scope: ScopeId,
    count: u32,
    digest: DigestOf,
    /// A repair was made of this very promise.
    repaired: bool,
}

impl Replica {
    /// Compares every scope once the last page is in, no body is missing, and the log was read past every receipt.
    pub fn settle(&mut self, moment: &Moment) -> Result<Agreement, ReplicaError> {
        self.transact(|sheet| sheet.settle(moment))
    }

    /// Forgets what is known of a scope: the next pages fill it from the start. What only it held stays meanwhile.
    pub fn fetch_anew(&mut self, scope: ScopeId) -> Result<(), ReplicaError> {
        self.transact(|sheet| sheet.fetch_anew(&[scope]))
    }

    /// When the last pull was complete and equal.
    pub fn pulled(&self) -> Result<Option<Instant>, ReplicaError> {
        let at: Option<i64> = self.sheet().meta("pulled")?;
        Ok(at.map(Instant))
    }

    /// Scopes fetched anew because they differed, in the life of this file. None is expected.
    pub fn refetches(&self) -> Result<u64, ReplicaError> {
        let count: Option<i64> = self.sheet().meta("refetches")?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

impl Sheet<'_> {
    fn settle(&self, moment: &Moment) -> Result<Agreement, ReplicaError> {
        if !self.complete()? {
            return Ok(Agreement::NotYet);
        }
        let mut unequal = Vec::new();
        for promise in self.promised()? {
            if !self.is_kept(&promise)? {
                unequal.push(promise);
            }
        }
        if unequal.is_empty() {
            self.db
                .execute("update scope set repaired = null where repaired is not null", [])?;
            self.set_meta("pulled", &self.clock(moment)?.0)?;
            return Ok(Agreement::Equal);
        }
        let fresh: Vec<_> = unequal.iter().filter(|promise| !promise.repaired).collect();
        if !fresh.is_empty() {
            return Ok(Agreement::Repairing(
                fresh.iter().map(|promise| promise.scope).collect(),
            ));
        }
        let scopes: Vec<_> = unequal.iter().map(|promise| promise.scope).collect();
        self.fetch_anew(&scopes)?;
        Ok(Agreement::Refetching(u32::try_from(scopes.len()).unwrap_or(u32::MAX)))
    }

    fn fetch_anew(&self, scopes: &[ScopeId]) -> Result<(), ReplicaError> {
        for scope in scopes {
            self.db
                .execute("delete from scope_doc where scope = ?1", [scope.as_bytes()])?;
            self.db.execute(
                "update scope set upto = 0, repaired = null where id = ?1",
                [scope.as_bytes()],
            )?;
        }
        let count = i64::try_from(scopes.len()).unwrap_or(i64::MAX);
        let before: i64 = self.meta("refetches")?.unwrap_or(0);
        self.set_meta("refetches", &(before + count))
    }

    /// What lies here is what was promised. What is kept of a scope is believed until it differs, and then counted anew.
    fn is_kept(&self, promise: &Promise) -> Result<bool, ReplicaError> {
        let is_equal = || Ok::<_, ReplicaError>(self.held(promise.scope)? == (promise.count, promise.digest));
        Ok(is_equal()? || (self.recount(promise.scope)? && is_equal()?))
    }

    fn complete(&self) -> Result<bool, ReplicaError> {
        let closing: Option<i64> = self.meta("closing")?;
        let receipted: i64 = self.meta("receipted")?.unwrap_or(0);
        let sql = "select not exists (select 1 from scope where upto is not null) and not exists \
                   (select 1 from doc indexed by doc_wanted where base_heads <> announced_heads and gone = 0 and announced_position > 0 \
                    and (unreadable is null or unreadable <> announced_heads))";
        let whole: bool = self.db.query_row(sql, [], |row| row.get(0))?;
        Ok(whole && closing.is_some_and(|closing| closing >= receipted))
    }

    fn promised(&self) -> Result<Vec<Promise>, ReplicaError> {
        let mut query = self.db.prepare_cached(
            "select id, count, digest, repaired is not null and repaired = digest from scope where count is not null \
             and id not in (select scope from unread_there)",
        )?;
        let rows = query.query_map([], |row| {
            Ok(Promise {
                scope: ScopeId::from_bytes(row.get(0)?),
                count: row.get(1)?,
                digest: DigestOf(row.get(2)?),
                repaired: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
