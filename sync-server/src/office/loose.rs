//! Notes without a place: takes words for which their author had no right even then, and lays them before a leader.
//!
//! It asks for no right to any case, and answers alike whether the case exists or not, so that it tells of none. What a
//! device may change or make is judged in `judge`.

use feltbog_casebook::{Edit, Kind, Projection, Scalar};
use feltbog_ids::{CommandId, DocId, Instant, Span, UnitId};
use feltbog_protocol::{Handed, Loose, MAX_LOOSE, Reason};

use super::{Session, Trouble};
use crate::{
    Batch, Dice, StoreError,
    store::{
        Hand, documents,
        grants::Standing,
        loose::{self, LooseRow},
    },
};

/// Most a device begins to hand over in a day: far more than a person writes, far fewer than would fill a disk.
const A_DAY: u32 = 300;

/// Most editions taken of one: a person who types on for hours comes to some hundred.
const TURNS: u32 = 1_000;

/// One batch of one sender.
struct Counter<'b> {
    batch: &'b Batch<'b>,
    session: Session,
    standing: Standing,
    hand: Hand,
}

/// Takes each, in order. The sender's enrolment is known to be open.
pub(super) fn take_all(
    batch: &Batch<'_>,
    session: &Session,
    dice: &Dice,
    items: &[Loose],
) -> Result<Vec<Handed>, Trouble> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let counter = Counter {
        batch,
        session: *session,
        standing: batch.standing(session.person)?,
        hand: batch.server_hand(dice),
    };
    let handed = items.iter().map(|item| Ok(counter.take(item)?));
    handed.collect()
}

impl Counter<'_> {
    fn take(&self, item: &Loose) -> Result<Handed, StoreError> {
        if item.words.as_ref().is_some_and(|words| words.len() > MAX_LOOSE) {
            return Ok(Handed::Refused(Reason::TooLarge));
        }
        let (sql, workspace) = (self.batch.sql, self.batch.workspace.id);
        match loose::find(sql, workspace, (self.session.enrolment, item.id))? {
            Some(known) if known.edition >= item.edition => Ok(Handed::Taken),
            Some(known) => self.take_later_edition(item, known),
            None => self.take_first(item),
        }
    }

    fn take_first(&self, item: &Loose) -> Result<Handed, StoreError> {
        let (sql, workspace) = (self.batch.sql, self.batch.workspace.id);
        if item.words.as_ref().is_none_or(|words| words.trim().is_empty()) {
            // There is nothing to lay before anybody.
            return Ok(Handed::Taken);
        }
        let yesterday = Instant(self.batch.now.0.saturating_sub(Span::days(1).0));
        if loose::begun_since(sql, workspace, self.session.enrolment, yesterday)? >= A_DAY {
            return Ok(Handed::Later);
        }
        let case = self.case_of(item)?;
        let responsible = case.map_or(Ok(None), |case| self.responsible_for(case))?;
        let Some(unit) = responsible.or_else(|| self.standing.latest_unit()) else {
            return Ok(Handed::Refused(Reason::NoRight));
        };
        let first = LooseRow {
            doc: self.doc_of(item.id),
            edition: item.edition,
            turns: 1,
        };
        let author = Scalar::Bytes(self.session.person.as_bytes().to_vec());
        let mut edits = vec![
            Edit::within("audience", &format!("role:leader@{unit}"), true),
            Edit::root("author", author),
            Edit::root("note", Scalar::Bytes(item.note.as_bytes().to_vec())),
        ];
        edits.extend(case.map(|case| Edit::root("case", Scalar::Bytes(case.as_bytes().to_vec()))));
        edits.extend(self.words_of(item));
        self.store(item, &first, &edits)
    }

    /// The whole text anew: it is its author's alone, so that there is nobody to merge with. Words a leader has not seen
    /// are for the list again.
    fn take_later_edition(&self, item: &Loose, known: LooseRow) -> Result<Handed, StoreError> {
        if known.turns >= TURNS {
            return Ok(Handed::Refused(Reason::TooLarge));
        }
        let later = LooseRow {
            edition: item.edition,
            turns: known.turns + 1,
            ..known
        };
        let mut edits = self.words_of(item);
        if item.words.is_some() {
            edits.push(Edit::root("settled", Scalar::Null));
        }
        self.store(item, &later, &edits)
    }

    fn words_of(&self, item: &Loose) -> Vec<Edit> {
        let words = item.words.iter().map(|words| Edit::root("words", words.as_str()));
        let facts = [
            Edit::root("written", item.at),
            Edit::root("received", self.batch.now),
            Edit::root("finished", item.finished),
        ];
        words.chain(facts).collect()
    }

    fn store(&self, item: &Loose, row: &LooseRow, edits: &[Edit]) -> Result<Handed, StoreError> {
        let (sql, workspace, enrolment) = (self.batch.sql, self.batch.workspace.id, self.session.enrolment);
        let birth = self.batch.birth(Kind::Loose, row.doc, None);
        match self.batch.attempt(|| self.batch.put(&self.hand, &birth, edits)) {
            Ok(_) => {}
            Err(StoreError::TooLarge) => return Ok(Handed::Refused(Reason::TooLarge)),
            Err(StoreError::Book(error)) => {
                tracing::error!(%error, doc = %row.doc, "a note without a place cannot be opened");
                return Ok(Handed::Later);
            }
            Err(error) => return Err(error),
        }
        loose::keep(sql, workspace, (enrolment, item.id), row, self.batch.now)?;
        tracing::info!(%enrolment, doc = %row.doc, "handed over");
        Ok(Handed::Taken)
    }

    /// The case, where it exists and this person once held it: whoever guesses an id is not told that it is one, and
    /// does not choose by it whose list they write in.
    fn case_of(&self, item: &Loose) -> Result<Option<DocId>, StoreError> {
        let Some(case) = item.case else { return Ok(None) };
        let held = self.standing.ever_held(self.batch.sql, self.batch.workspace.id, case)?;
        Ok(held.then_some(case))
    }

    fn responsible_for(&self, case: DocId) -> Result<Option<UnitId>, StoreError> {
        let row = documents::find(self.batch.sql, self.batch.workspace.id, case)?;
        let facts = row.map(|row| self.batch.facts(&row)).transpose()?;
        Ok(match facts {
            Some(Projection::Case(facts)) => facts.unit,
            _ => None,
        })
    }

    fn doc_of(&self, id: CommandId) -> DocId {
        let name = format!("loose|{}|{id}", self.session.enrolment);
        DocId::from(self.batch.workspace.id.named(name.as_bytes()))
    }
}
