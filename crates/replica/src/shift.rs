//! What ends by the clock: scopes a person holds during their shift alone are taken off at its end, with or without a
//! network.
//!
//! It decides nothing about rights. The server says when a scope ends, and what has become of it since.

use std::collections::HashSet;

use feltbog_ids::{DocId, Instant, ScopeId, Span};
use feltbog_protocol::FeedPage;
use feltbog_views::Changed;
use rusqlite::{OptionalExtension, params};

use crate::{Moment, Replica, ReplicaError, replica::Sheet, write::changed};

/// The latest it has been by the shift's clock, as far as is kept; set right whenever the server tells the time.
const LATEST: &str = "latest";

/// How far the device's clock was turned back since the server last told the time.
const TURNED_BACK: &str = "turned_back";

/// When the last shift that was taken off here ended.
const SHIFT_ENDED: &str = "shift_ended";

/// So often the latest is kept while a scope is to end: turning the clock back while the notebook is open gains no more.
const KEPT_EVERY: Span = Span::seconds(60);

/// So long a person is told that their shift has ended.
const TOLD_FOR: Span = Span::days(1);

/// A scope that ends or ended by the clock.
struct Ending {
    scope: ScopeId,
    until: Option<Instant>,
    ended: Option<Instant>,
}

impl Ending {
    /// When it ended, if it has by now.
    fn over(&self, now: Instant) -> Option<Instant> {
        self.ended.or(self.until.filter(|until| *until <= now))
    }
}

impl Replica {
    /// Takes off what has ended by the clock, in one transaction, swept like every erasure: nothing of it can be read
    /// afterwards, and what waits to be sent still does. None where nothing has ended.
    pub fn end_by_clock(&mut self, moment: &Moment) -> Result<Option<Changed>, ReplicaError> {
        let sheet = self.sheet();
        let Some(next) = sheet.next_end()? else { return Ok(None) };
        let (now, back) = sheet.shift_clock(moment)?;
        if next <= now {
            let gone = self.transact(|sheet| sheet.end_scopes(now, moment))?;
            return Ok(Some(changed(gone)));
        }
        let kept = sheet.meta(LATEST)?.map_or(Instant(i64::MIN), Instant);
        if back > sheet.turned_back()? {
            self.transact(|sheet| sheet.set_meta(TURNED_BACK, &back.0))?;
        } else if now - kept >= KEPT_EVERY {
            self.transact(|sheet| sheet.set_meta(LATEST, &now.0))?;
        }
        Ok(None)
    }

    /// When the next scope ends, by the device's clock; none where none does.
    pub fn next_end(&self) -> Result<Option<Instant>, ReplicaError> {
        let sheet = self.sheet();
        let ahead = sheet.meta::<i64>("offset")?.unwrap_or(0) + sheet.turned_back()?.0;
        Ok(sheet.next_end()?.map(|until| until + Span(-ahead)))
    }

    /// When the shift ended whose cases were taken off; none where that was long ago, or another shift has begun.
    pub fn shift_ended(&self, moment: &Moment) -> Result<Option<Instant>, ReplicaError> {
        let sheet = self.sheet();
        let ended = sheet.meta(SHIFT_ENDED)?.map(Instant);
        let (now, _) = sheet.shift_clock(moment)?;
        Ok(ended.filter(|ended| now - *ended < TOLD_FOR))
    }
}

impl Sheet<'_> {
    fn next_end(&self) -> Result<Option<Instant>, ReplicaError> {
        let mut query = self.db.prepare_cached("select min(until) from scope")?;
        let next: Option<Option<i64>> = query.query_row([], |row| row.get(0)).optional()?;
        Ok(next.flatten().map(Instant))
    }

    /// The author's clock as shifts go by it, and how far it was turned back: one that shows an earlier time than was
    /// seen already goes on from there.
    fn shift_clock(&self, moment: &Moment) -> Result<(Instant, Span), ReplicaError> {
        let back = self.turned_back()?;
        let clock = self.clock(moment)? + back;
        let latest = self.meta(LATEST)?.map_or(clock, Instant);
        let now = clock.max(latest);
        Ok((now, Span(back.0.saturating_add((now - clock).0))))
    }

    fn turned_back(&self) -> Result<Span, ReplicaError> {
        Ok(Span(self.meta(TURNED_BACK)?.unwrap_or(0)))
    }

    /// The server told the time: what the device's clock has been through does not count any more.
    pub(crate) fn keep_latest(&self, server: Instant) -> Result<(), ReplicaError> {
        self.set_meta(TURNED_BACK, &0)?;
        self.set_meta(LATEST, &server.0)
    }

    /// Loses every scope whose time is over as if a page had said so, but for its name: it is asked for from its start.
    fn end_scopes(&self, now: Instant, moment: &Moment) -> Result<Vec<DocId>, ReplicaError> {
        let all = self.endings()?.into_iter();
        let over: Vec<_> = all
            .filter(|ending| ending.until.is_some_and(|until| until <= now))
            .collect();
        let mut gone = self.lose_scopes(&over.iter().map(|ending| ending.scope).collect::<Vec<_>>())?;
        // Written here and not in any feed yet: without their case they are nowhere.
        let mut born = Vec::new();
        for case in &gone {
            born.extend(self.unannounced_children(*case)?);
        }
        gone.extend(born);
        self.erase_all(&gone, moment)?;
        let sql = "insert into scope (id, upto, ended) values (?1, 0, ?2)";
        for ending in &over {
            let until = ending.until.map(|until| until.0);
            self.db.execute(sql, params![ending.scope.as_bytes(), until])?;
        }
        if let Some(latest) = over.iter().filter_map(|ending| ending.until).max() {
            self.set_meta(SHIFT_ENDED, &latest.0)?;
        }
        self.set_meta(LATEST, &now.0)?;
        Ok(gone)
    }

    fn unannounced_children(&self, case: DocId) -> Result<Vec<DocId>, ReplicaError> {
        let sql = "select id from doc where parent = ?1 and announced_position = 0 and gone = 0";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([case.as_bytes()], |row| row.get(0).map(DocId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn endings(&self) -> Result<Vec<Ending>, ReplicaError> {
        let sql = "select id, until, ended from scope where until is not null or ended is not null";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| {
            Ok(Ending {
                scope: ScopeId::from_bytes(row.get(0)?),
                until: row.get::<_, Option<i64>>(1)?.map(Instant),
                ended: row.get::<_, Option<i64>>(2)?.map(Instant),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps which scopes end by the clock as a page says it, before the page's losses. What has become of those that
    /// ended decides what the person is told: one the server takes off too is over, one it holds still was prolonged.
    pub(crate) fn take_ends(&self, page: &FeedPage) -> Result<(), ReplicaError> {
        let known = self.endings()?;
        let names: HashSet<_> = known.iter().map(|ending| ending.scope).collect();
        let (lost, held): (Vec<_>, Vec<_>) = known.iter().partition(|ending| page.lost.contains(&ending.scope));
        let over = |ending: &&Ending| ending.over(page.server_time);
        let begins = page.ends.iter().any(|end| !names.contains(&end.scope));
        if let Some(latest) = lost.iter().filter_map(over).max() {
            self.set_meta(SHIFT_ENDED, &latest.0)?;
        } else if begins || held.iter().any(|ending| ending.over(page.server_time).is_some()) {
            self.db.execute("delete from meta where key = ?1", [SHIFT_ENDED])?;
        }
        let clear = "update scope set until = null, ended = null where until is not null or ended is not null";
        self.db.prepare_cached(clear)?.execute([])?;
        let sql = "insert into scope (id, until) values (?1, ?2) on conflict (id) do update set until = excluded.until";
        for end in &page.ends {
            self.db
                .prepare_cached(sql)?
                .execute(params![end.scope.as_bytes(), end.until.0])?;
        }
        Ok(())
    }
}
