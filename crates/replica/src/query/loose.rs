//! *Notater uden plads*: what was handed over to this person as a leader, and saying that it is dealt with.
//!
//! It lists what lies here; whom it is laid before is the server's to say.

use feltbog_casebook::{Edit, Kind, LooseFacts, Projection};
use feltbog_ids::{CommandId, DocId};
use feltbog_views::{Changed, LooseListView, LooseRow};

use crate::{
    Moment, Replica, ReplicaError,
    replica::Sheet,
    write::{About, changed},
};

impl Replica {
    /// What was handed over and is not dealt with, oldest first.
    pub fn loose_notes(&self) -> Result<LooseListView, ReplicaError> {
        let sheet = self.sheet();
        let mut rows = Vec::new();
        for (id, facts) in sheet.loose_facts()? {
            rows.push(sheet.loose_row(id, facts)?);
        }
        Ok(LooseListView { rows })
    }

    /// How many of them there are.
    pub fn loose_count(&self) -> Result<u32, ReplicaError> {
        Ok(u32::try_from(self.sheet().loose_facts()?.len()).unwrap_or(u32::MAX))
    }

    /// Takes one off the list of every leader who has it.
    pub fn settle_loose(&mut self, id: CommandId, doc: DocId, moment: &Moment) -> Result<Changed, ReplicaError> {
        if self.sheet().repeated::<bool>(id)?.is_some() {
            return Ok(Changed::default());
        }
        self.transact(|sheet| {
            if sheet.here(doc)?.kind != Kind::Loose.word() {
                return Err(ReplicaError::NotHere);
            }
            let mut book = sheet.open_book(doc)?;
            let about = About {
                id,
                doc,
                what: "other",
                key: None,
            };
            let on = book.heads();
            let edit = Edit::root("settled", sheet.clock(moment)?);
            sheet.write(&about, &mut book, &on, vec![edit], moment)?;
            sheet.remember(id, &true)?;
            Ok(changed([doc]))
        })
    }
}

impl Sheet<'_> {
    /// How many of them were written on a case.
    pub(crate) fn loose_on(&self, case: DocId) -> Result<u32, ReplicaError> {
        let facts = self.loose_facts()?;
        let on = facts.iter().filter(|(_, facts)| facts.case == Some(case)).count();
        Ok(u32::try_from(on).unwrap_or(u32::MAX))
    }

    fn loose_facts(&self) -> Result<Vec<(DocId, LooseFacts)>, ReplicaError> {
        let sql = "select doc, body from projection where kind = 'loose'";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([], |row| {
            Ok((DocId::from_bytes(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (doc, body) = row?;
            if let Projection::Loose(facts) = Projection::from_bytes(&body)
                && facts.settled.is_none()
            {
                found.push((doc, facts));
            }
        }
        found.sort_by_key(|(doc, facts)| (facts.received, *doc));
        Ok(found)
    }

    /// With its first words alone while the rest is on its way, or where it cannot be read.
    fn loose_row(&self, id: DocId, facts: LooseFacts) -> Result<LooseRow, ReplicaError> {
        let book = self.book_if_readable(id)?;
        let (by, title) = facts
            .author
            .map_or(Ok(<_>::default()), |author| self.person_name(author))?;
        // A case that is not here is not named: the leader may have no right to it.
        let case = facts.case.filter(|case| self.here(*case).is_ok());
        let subject = match case.map(|case| self.facts(case)).transpose()?.flatten() {
            Some(Projection::Case(facts)) => facts.subject,
            _ => String::new(),
        };
        Ok(LooseRow {
            id,
            by,
            title,
            written: self.when(facts.written),
            received: self.when(facts.received),
            case,
            subject,
            is_whole: book.is_some(),
            words: book.map_or(facts.excerpt, |book| book.words("words")),
            finished: facts.finished,
        })
    }
}
