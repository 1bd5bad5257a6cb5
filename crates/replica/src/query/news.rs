//! News: the list, one post, and which have been opened on this device.
//!
//! Having opened a post is this device's own knowledge; it is not an acknowledgement and does not travel.

use feltbog_casebook::{PostFacts, Projection};
use feltbog_ids::{DocId, Instant};
use feltbog_views::{Changed, NewsRow, NewsView, PostView};

use crate::{Replica, ReplicaError, replica::Sheet};

/// Titles on *I dag*.
const PRESSING: usize = 3;

impl Replica {
    /// News that are still shown, newest first.
    pub fn news(&self, now: Instant) -> Result<NewsView, ReplicaError> {
        let sheet = self.sheet();
        let rows = sheet.news_rows(now)?.into_iter().map(|(row, _)| row).collect();
        Ok(NewsView {
            rows,
            pulled: sheet.pulled_when()?,
        })
    }

    /// One post; opening it is remembered on this device.
    pub fn post(&mut self, id: DocId) -> Result<(PostView, Changed), ReplicaError> {
        self.transact(|sheet| {
            sheet.here(id)?;
            let Some(Projection::Post(facts)) = sheet.facts(id)? else {
                return Err(ReplicaError::NotHere);
            };
            let body = match sheet.open_book(id) {
                Ok(book) => book.text(),
                Err(ReplicaError::NotHere | ReplicaError::Unreadable(_)) => facts.excerpt.clone(),
                Err(other) => return Err(other),
            };
            let seen = sheet
                .db
                .execute("insert or ignore into seen_post (doc) values (?1)", [id.as_bytes()])?;
            let until = facts.until.map(|until| sheet.when(until));
            let docs = if seen > 0 { vec![id] } else { Vec::new() };
            let view = PostView {
                row: sheet.news_row(id, &facts)?,
                body,
                until,
            };
            Ok((view, Changed { docs, status: seen > 0 }))
        })
    }

    /// Posts nobody has opened on this device.
    pub fn unread_news(&self, now: Instant) -> Result<u32, ReplicaError> {
        let rows = self.sheet().news_rows(now)?;
        Ok(u32::try_from(rows.iter().filter(|(row, _)| row.unread).count()).unwrap_or(u32::MAX))
    }
}

impl Sheet<'_> {
    /// What the day should not begin without: about operations now, or to be read and understood, and not opened yet.
    pub(crate) fn pressing_news(&self, now: Instant) -> Result<Vec<NewsRow>, ReplicaError> {
        let rows = self.news_rows(now)?;
        let pressing = rows
            .into_iter()
            .map(|(row, _)| row)
            .filter(|row| row.unread && (row.urgent || row.acknowledge));
        Ok(pressing.take(PRESSING).collect())
    }

    fn news_rows(&self, now: Instant) -> Result<Vec<(NewsRow, PostFacts)>, ReplicaError> {
        let mut query = self
            .db
            .prepare_cached("select doc, body from projection where kind = 'post' order by changed desc, doc")?;
        let rows = query.query_map([], |row| {
            Ok((DocId::from_bytes(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
        })?;
        let mut news = Vec::new();
        for row in rows {
            let (doc, body) = row?;
            let Projection::Post(facts) = Projection::from_bytes(&body) else {
                continue;
            };
            if facts.published <= now && facts.until.is_none_or(|until| until > now) {
                news.push((self.news_row(doc, &facts)?, facts));
            }
        }
        Ok(news)
    }

    fn news_row(&self, id: DocId, facts: &PostFacts) -> Result<NewsRow, ReplicaError> {
        let names = facts.audience.iter().map(|unit| self.unit_name(*unit));
        let audience = names.filter(|name| name.as_ref().map_or(true, |name| !name.is_empty()));
        let seen = "select exists (select 1 from seen_post where doc = ?1)";
        let seen: bool = self
            .db
            .prepare_cached(seen)?
            .query_row([id.as_bytes()], |row| row.get(0))?;
        Ok(NewsRow {
            id,
            title: facts.title.clone(),
            excerpt: facts.excerpt.clone(),
            published: self.when(facts.published),
            by: facts.by.clone(),
            audience: audience.collect::<Result<_, _>>()?,
            urgent: facts.urgent,
            acknowledge: facts.acknowledge,
            unread: !seen,
        })
    }
}
