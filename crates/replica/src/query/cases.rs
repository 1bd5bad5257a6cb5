//! The list of cases: searched, filtered, sorted and paged in the database.
//!
//! No document is opened for it.

use feltbog_casebook::{CaseFacts, Projection, Standing};
use feltbog_ids::{DocId, Instant};
use feltbog_views::{CaseFilter, CaseListView, CaseRow, CaseSort, CaseState, Show, TypeCount};
use rusqlite::types::Value;

use crate::{Replica, ReplicaError, fold::match_query, replica::Sheet};

/// Most rows in one page.
const MAX_ROWS: u32 = 200;

/// The conditions of a list, as SQL and its parameters.
struct Wanted {
    sql: String,
    values: Vec<Value>,
}

impl Replica {
    /// A page of the list.
    pub fn cases(
        &self,
        query: &str,
        filter: &CaseFilter,
        sort: CaseSort,
        (offset, limit): (u32, u32),
        now: Instant,
    ) -> Result<CaseListView, ReplicaError> {
        let sheet = self.sheet();
        let any_type = wanted(query, filter, now, false);
        let wanted = wanted(query, filter, now, true);
        sheet.search(query)?;
        let total = sheet.count_cases(&wanted)?;
        let rows = sheet.case_page(&wanted, sort, offset, limit.clamp(1, MAX_ROWS), now)?;
        Ok(CaseListView {
            total,
            offset,
            rows,
            types: sheet.type_counts(&any_type)?,
            unindexed: sheet.unindexed()?,
            pulled: sheet.pulled_when()?,
        })
    }
}

impl Sheet<'_> {
    /// Lays the cases in which these words stand ready for the three questions asked of them. Words that are none find none.
    fn search(&self, query: &str) -> Result<(), ReplicaError> {
        self.db.execute_batch(
            "create temp table if not exists found (doc blob primary key) without rowid; delete from found",
        )?;
        if let Some(words) = match_query(query) {
            let sql = "insert or ignore into found select f.belongs_to from search s join family f on f.row = s.rowid \
                       where search match ?1 and f.belongs_to is not null";
            self.db.prepare_cached(sql)?.execute([words])?;
        }
        Ok(())
    }

    fn count_cases(&self, wanted: &Wanted) -> Result<u32, ReplicaError> {
        let sql = format!("select count(*) from projection p where {}", wanted.sql);
        let mut query = self.db.prepare_cached(&sql)?;
        Ok(query.query_row(rusqlite::params_from_iter(&wanted.values), |row| row.get(0))?)
    }

    fn case_page(
        &self,
        wanted: &Wanted,
        sort: CaseSort,
        offset: u32,
        limit: u32,
        now: Instant,
    ) -> Result<Vec<CaseRow>, ReplicaError> {
        let order = match sort {
            CaseSort::Deadline => "p.due is null, p.due, p.number",
            CaseSort::Subject => "p.subject, p.number",
            CaseSort::Number => "p.number",
            CaseSort::Changed => "p.changed desc, p.number",
        };
        // Everything but the rows shown is read from one narrow index.
        let sql = format!(
            "select p.doc, p.body from (select p.doc from projection p where {} order by {order} \
             limit {limit} offset {offset}) page cross join projection p on p.doc = page.doc order by {order}",
            wanted.sql
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map(rusqlite::params_from_iter(&wanted.values), |row| {
            Ok((DocId::from_bytes(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
        })?;
        let mut page = Vec::new();
        for row in rows {
            let (doc, body) = row?;
            if let Projection::Case(facts) = Projection::from_bytes(&body) {
                page.push(self.case_row(doc, &facts, now)?);
            }
        }
        Ok(page)
    }

    fn type_counts(&self, wanted: &Wanted) -> Result<Vec<TypeCount>, ReplicaError> {
        let sql = format!(
            "select p.case_type, count(*) from projection p where {} group by p.case_type order by 2 desc, 1",
            wanted.sql
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let rows = query.query_map(rusqlite::params_from_iter(&wanted.values), |row| {
            Ok(TypeCount {
                case_type: row.get(0)?,
                count: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A case as a row of the list.
    pub(crate) fn case_row(&self, id: DocId, facts: &CaseFacts, now: Instant) -> Result<CaseRow, ReplicaError> {
        let state = match facts.standing {
            Standing::Open => CaseState::Open,
            Standing::Paused => CaseState::Paused,
            Standing::Closed => CaseState::Closed,
        };
        Ok(CaseRow {
            id,
            number: facts.number.clone(),
            title: facts.title.clone(),
            subject: facts.subject.clone(),
            address: facts.address.clone(),
            case_type: facts.case_type.clone(),
            state,
            step: facts.step.clone(),
            due: facts.due.map(|due| self.when(due)),
            overdue: facts.standing != Standing::Closed && facts.due.is_some_and(|due| due < now),
            unit: facts.unit.map_or(Ok(String::new()), |unit| self.unit_name(unit))?,
            protected: facts.protected,
            invented: facts.invented,
            item: self.item_state(id)?,
        })
    }
}

/// The plus signs keep the engine to the index of the order: through another it would read the rows themselves.
fn wanted(query: &str, filter: &CaseFilter, now: Instant, typed: bool) -> Wanted {
    let mut sql = "p.kind = 'case'".to_owned();
    let mut values = Vec::new();
    let mut and = |part: &str, value: Option<Value>| {
        sql.push_str(" and ");
        sql.push_str(part);
        values.extend(value);
    };
    match filter.show {
        Show::Open => and("p.standing <> 2", None),
        Show::Closed => and("p.standing = 2", None),
        Show::All => {}
    }
    if filter.mine {
        and("+p.mine = 1", None);
    }
    if filter.overdue {
        and("p.standing <> 2 and p.due < ?", Some(Value::Integer(now.0)));
    }
    if let Some(case_type) = filter.case_type.as_ref().filter(|_| typed) {
        and("+p.case_type = ?", Some(Value::Text(case_type.clone())));
    }
    if !query.trim().is_empty() {
        and("+p.doc in (select doc from found)", None);
    }
    Wanted { sql, values }
}
