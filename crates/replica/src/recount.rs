//! Counting anew what the triggers keep: whether a row was altered beneath them, by a failing disk or another program.
//!
//! It walks through the members of one scope after the other, a bounded number at a time. Nothing is set right on the
//! word of such a walk, since rows change between its steps: what it doubts is counted at once and whole. It asks nobody;
//! the next comparison with what the server said does the rest.

use feltbog_casebook::member_digest;
use feltbog_ids::{DigestOf, DocId, ScopeId};
use rusqlite::params;

use crate::{Replica, ReplicaError, replica::Sheet, stored::heads_of};

/// Times that what was kept was not what lay there, in the life of this file.
const MISCOUNTS: &str = "miscounts";

/// Count and digest of a scope.
type Held = (u32, DigestOf);

/// Where the walk stands. It is not stored: after a start it begins anew.
pub(crate) enum Walk {
    /// The scope after this one is next; the first one after none.
    After(Option<ScopeId>),
    /// In the midst of one.
    Amid(Part),
}

impl Default for Walk {
    fn default() -> Self {
        Self::After(None)
    }
}

/// A scope that is counted in part.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    scope: ScopeId,
    /// The last member that was counted.
    last: Option<DocId>,
    /// What was kept of it as the walk began.
    kept: Held,
    counted: Held,
}

impl Replica {
    /// Walks on through at most `limit` members. Answers whether something was kept otherwise than it lies there; then
    /// all that is kept is right again.
    pub fn recount_some(&mut self, limit: u32) -> Result<bool, ReplicaError> {
        let (walk, doubted) = self.sheet().walks_on(&self.walk, limit)?;
        self.walk = walk;
        let Some(scope) = doubted else {
            return Ok(false);
        };
        self.transact(|sheet| sheet.recount(scope))
    }

    /// Times that what was kept was not what lay there, in the life of this file. None is expected.
    pub fn miscounts(&self) -> Result<u64, ReplicaError> {
        let count: Option<i64> = self.sheet().meta(MISCOUNTS)?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

impl Sheet<'_> {
    /// Counts a scope whole. Where that comes to something else than is kept, all that triggers keep is counted anew.
    pub(crate) fn recount(&self, scope: ScopeId) -> Result<bool, ReplicaError> {
        if self.counted(scope)? == self.held(scope)? {
            return Ok(false);
        }
        self.keep_anew()?;
        let before: i64 = self.meta(MISCOUNTS)?.unwrap_or(0);
        self.set_meta(MISCOUNTS, &(before + 1))?;
        Ok(true)
    }

    fn walks_on(&self, walk: &Walk, limit: u32) -> Result<(Walk, Option<ScopeId>), ReplicaError> {
        let mut next = match walk {
            Walk::After(last) => self.after(*last)?,
            Walk::Amid(part) if self.held(part.scope)? == part.kept => Some(*part),
            // It changed meanwhile, and its turn comes again.
            Walk::Amid(part) => self.after(Some(part.scope))?,
        };
        let mut left = limit;
        while let Some(mut part) = next {
            let walked = self.count_on(&mut part, left)?;
            if walked == left {
                return Ok((Walk::Amid(part), None));
            }
            if part.counted != part.kept {
                return Ok((Walk::After(Some(part.scope)), Some(part.scope)));
            }
            left -= walked;
            next = self.after(Some(part.scope))?;
        }
        Ok((Walk::After(None), None))
    }

    /// The scope after this one, of which nothing is counted yet.
    fn after(&self, last: Option<ScopeId>) -> Result<Option<Part>, ReplicaError> {
        let last = last.as_ref().map_or(&[][..], |scope| scope.as_bytes());
        let mut query = self
            .db
            .prepare_cached("select id from scope where id > ?1 order by id limit 1")?;
        let mut ids = query.query_map([last], |row| row.get(0).map(ScopeId::from_bytes))?;
        let Some(scope) = ids.next().transpose()? else {
            return Ok(None);
        };
        Ok(Some(Part {
            scope,
            last: None,
            kept: self.held(scope)?,
            counted: Held::default(),
        }))
    }

    fn counted(&self, scope: ScopeId) -> Result<Held, ReplicaError> {
        let mut whole = Part {
            scope,
            last: None,
            kept: Held::default(),
            counted: Held::default(),
        };
        self.count_on(&mut whole, u32::MAX)?;
        Ok(whole.counted)
    }

    /// Counts the next members, as the triggers would, and answers how many there were.
    fn count_on(&self, part: &mut Part, limit: u32) -> Result<u32, ReplicaError> {
        let sql = "select d.id, case when d.unreadable = d.announced_heads then d.announced_heads else d.base_heads end \
                   from scope_doc s cross join doc d on d.id = s.doc where s.scope = ?1 and s.doc > ?2 \
                   order by s.doc limit ?3";
        let after = part.last;
        let after = after.as_ref().map_or(&[][..], |doc| doc.as_bytes());
        let mut query = self.db.prepare_cached(sql)?;
        let mut rows = query.query(params![part.scope.as_bytes(), after, limit])?;
        let mut walked = 0;
        while let Some(row) = rows.next()? {
            let doc = DocId::from_bytes(row.get(0)?);
            let (count, digest) = &mut part.counted;
            *count += 1;
            digest.toggle(member_digest(doc, &heads_of(&row.get::<_, Vec<u8>>(1)?)));
            part.last = Some(doc);
            walked += 1;
        }
        Ok(walked)
    }

    /// All that triggers keep, from the rows they keep it of.
    fn keep_anew(&self) -> Result<(), ReplicaError> {
        self.db.execute_batch(
            "delete from scope_doc where doc not in (select id from doc);
             delete from stray where doc in (select doc from scope_doc) or doc not in (select id from doc);
             insert or ignore into stray (doc) select id from doc where id not in (select doc from scope_doc);
             delete from family where row not in (select row from doc);
             insert or ignore into family (row, belongs_to)
                 select row, case when kind = 'case' then id else parent end from doc;
             delete from tally;
             insert into tally (kind, here, missing, unindexed)
                 select kind, sum(gone = 0), sum(gone = 0 and base_heads <> announced_heads),
                     sum(gone = 0 and indexed is null)
                 from doc group by kind;",
        )?;
        let mut query = self
            .db
            .prepare("select id from scope union select scope from scope_held union select scope from scope_doc")?;
        let scopes = query.query_map([], |row| row.get(0).map(ScopeId::from_bytes))?;
        for scope in scopes.collect::<Result<Vec<_>, _>>()? {
            let (count, digest) = self.counted(scope)?;
            let sql = "insert or replace into scope_held (scope, count, digest) values (?1, ?2, ?3)";
            self.db.execute(sql, params![scope.as_bytes(), count, digest.0])?;
        }
        Ok(())
    }
}
