//! Puts the rows of a file into the store, so many to a transaction, and counts what became of each.
//!
//! It prints nothing; it tells every event to whoever started it.

use std::collections::HashMap;

use feltbog_casebook::{Edit, Kind, Projection, Scalar};
use feltbog_ids::{DocId, Instant, PersonId, UnitId};

use super::{
    draft::{Draft, NoteDraft, draft},
    identity::Identity,
    mapping::{Mapping, MappingError, at_word},
    plan::{Destination, Plan, names},
    refusal::{Refusal, Warning},
    sheet::{Row, Sheet, SheetError},
};
use crate::{Batch, Dice, Hand, Store, StoreError};

/// Rows in one transaction: enough that commits cost nothing, few enough that others get their turn.
const TOGETHER: usize = 500;

/// The root key that holds the digest of the row a case was made from.
const DIGEST: &str = "source_digest";

/// What is imported.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file.
    pub bytes: &'a [u8],
    /// The mapping, as it is written.
    pub mapping: &'a str,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Cases are made.
    Write,
    /// Everything is read and counted, nothing is made.
    DryRun,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number: the first row after the header is 1.
    pub row: u64,
    /// The line it begins on: the first line of the file is 1.
    pub line: u64,
}

/// What happened on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// So many bytes were read.
    Read(u64),
    /// A row becomes no case.
    Refused(Place, String),
    /// Something in a row was not as it should be.
    Warned(Place, Warning),
}

/// What became of the rows; the last three add up to the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows read.
    pub read: u64,
    /// Made, or changed because the source changed.
    pub imported: u64,
    /// There already, the same.
    pub unchanged: u64,
    /// Refused.
    pub refused: u64,
}

/// Why nothing is imported, or no more.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The mapping is wrong: mend it.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The file is not what the mapping says: mend one of them.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The store refused: what was committed stays, the rest can be run again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Imports a file.
pub fn import(
    store: &Store,
    dice: &Dice,
    now: Instant,
    source: Source<'_>,
    mode: Mode,
    tell: &mut dyn FnMut(Event),
) -> Result<Tally, ImportError> {
    let mapping = Mapping::parse(source.mapping)?;
    let name = mapping.name.clone();
    let (delimiter, encoding) = (mapping.file.delimiter as u8, mapping.file.encoding);
    let mut sheet = Sheet::open(source.bytes, delimiter, encoding, mapping.file.columns.as_deref())?;
    let destination = store.view(now, |batch| destination(batch, &mapping, source.mapping))?;
    let plan = Plan::new(mapping, source.mapping, sheet.header(), destination)?;
    let writer = match mode {
        Mode::DryRun => None,
        Mode::Write => Some(store.batch(now, |batch| Writer::begin(batch, &name, dice))?),
    };
    let mut run = Run {
        plan: &plan,
        writer,
        seen: HashMap::new(),
        tally: Tally::default(),
        tell,
    };
    loop {
        let rows: Vec<_> = sheet.by_ref().take(TOGETHER).collect();
        if rows.is_empty() {
            return Ok(run.tally);
        }
        match mode {
            Mode::Write => store.batch(now, |batch| run.take(batch, rows))?,
            Mode::DryRun => store.view(now, |batch| run.take(batch, rows))?,
        }
        (run.tell)(Event::Read(sheet.bytes_read()));
    }
}

fn destination(batch: &Batch<'_>, mapping: &Mapping, text: &str) -> Result<Destination, ImportError> {
    let wanted = mapping.into_unit.as_str();
    let units = batch.documents_of(Kind::Unit)?;
    let mut found = Vec::new();
    for unit in units {
        let is_called = matches!(batch.facts(&unit)?, Projection::Unit(facts) if facts.name == wanted);
        if is_called || unit.doc.to_string() == wanted {
            found.push(unit);
        }
    }
    let unit = match found.as_slice() {
        [unit] => UnitId::from(unit.doc),
        [] => {
            let message = format!("there is no unit {wanted:?}; make it first, or name another in into_unit");
            return Err(at_word(text, wanted, message).into());
        }
        _ => {
            let message = format!("several units are called {wanted:?}; write the id of one of them in into_unit");
            return Err(at_word(text, wanted, message).into());
        }
    };
    let workspace = batch.workspace();
    Ok(Destination {
        workspace: workspace.id,
        unit,
        zone: workspace.time_zone.clone(),
    })
}

/// The hand that writes, and the name its notes are signed with.
struct Writer {
    hand: Hand,
    person: PersonId,
}

impl Writer {
    /// The importer signs its notes, so it is a person with a name of its own: nobody shall think a colleague wrote them.
    fn begin(batch: &Batch<'_>, name: &str, dice: &Dice) -> Result<Self, StoreError> {
        let hand = batch.importer_hand(name, dice)?;
        let person = DocId::from(batch.workspace().id.named(format!("importer:{name}").as_bytes()));
        let edits = [
            Edit::root("name", format!("Import ({name})")),
            Edit::within("enrolments", &hand.enrolment.to_string(), "import"),
        ];
        batch.put(
            &batch.server_hand(dice),
            &batch.birth(Kind::Person, person, None),
            &edits,
        )?;
        Ok(Self {
            hand,
            person: person.into(),
        })
    }
}

struct Run<'a> {
    plan: &'a Plan,
    writer: Option<Writer>,
    seen: HashMap<String, u64>,
    tally: Tally,
    tell: &'a mut dyn FnMut(Event),
}

impl Run<'_> {
    fn take(&mut self, batch: &Batch<'_>, rows: Vec<Row>) -> Result<(), StoreError> {
        for row in rows {
            self.tally.read += 1;
            let place = Place {
                row: row.number,
                line: row.line,
            };
            let read = row.cells.and_then(|cells| self.read(&cells, place));
            match read {
                Err(refusal) => self.refuse(place, refusal.to_string()),
                Ok(draft) => self.keep(batch, place, &draft)?,
            }
        }
        Ok(())
    }

    fn read(&mut self, cells: &[String], place: Place) -> Result<Draft, Refusal> {
        let key = Identity::read(self.plan, cells)?.key;
        if let Some(first) = self.seen.get(&key) {
            return Err(Refusal::DoubleId {
                columns: names(&self.plan.id),
                first: *first,
            });
        }
        let draft = draft(self.plan, cells)?;
        self.seen.insert(key, place.row);
        Ok(draft)
    }

    fn keep(&mut self, batch: &Batch<'_>, place: Place, draft: &Draft) -> Result<(), StoreError> {
        let digest = draft.digest().to_vec();
        let same = match batch.document(draft.birth.id)? {
            Some(_) => match batch.book(draft.birth.id) {
                // What was imported cannot be read any more, nor can it be written anew.
                Err(StoreError::Erased) => {
                    self.refuse(place, StoreError::Erased.to_string());
                    return Ok(());
                }
                book => book?.root(DIGEST) == Some(Scalar::Bytes(digest.clone())),
            },
            None => false,
        };
        if same {
            self.tally.unchanged += 1;
        } else if let Some(reason) = self.write(batch, draft, digest)? {
            self.refuse(place, reason);
            return Ok(());
        } else {
            self.tally.imported += 1;
        }
        for warning in &draft.warnings {
            (self.tell)(Event::Warned(place, warning.clone()));
        }
        Ok(())
    }

    /// Writes the case and its notes, or nothing; a reason, where this row's own content is what keeps it out.
    fn write(&self, batch: &Batch<'_>, draft: &Draft, digest: Vec<u8>) -> Result<Option<String>, StoreError> {
        let Some(writer) = &self.writer else { return Ok(None) };
        let mut edits = draft.edits.clone();
        edits.push(Edit::root(DIGEST, Scalar::Bytes(digest)));
        let written = batch.attempt(|| {
            batch.restate(&writer.hand, &draft.birth, &edits)?;
            for note in &draft.notes {
                batch.put(&writer.hand, &note.birth, &note_edits(note, writer.person))?;
            }
            Ok(())
        });
        match written {
            Ok(()) => Ok(None),
            Err(
                error @ (StoreError::TooLarge
                | StoreError::InventedCpr
                | StoreError::Book(_)
                | StoreError::Erased
                | StoreError::Taken(_)),
            ) => Ok(Some(error.to_string())),
            Err(error) => Err(error),
        }
    }

    fn refuse(&mut self, place: Place, reason: String) {
        self.tally.refused += 1;
        (self.tell)(Event::Refused(place, reason));
    }
}

fn note_edits(note: &NoteDraft, person: PersonId) -> [Edit; 2] {
    let typed = Edit::Type {
        before: String::new(),
        after: note.text.clone(),
    };
    [
        typed,
        Edit::Finish {
            by: person,
            at: note.at,
        },
    ]
}
